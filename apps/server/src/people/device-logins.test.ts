/** Signing a command in: the code, who may confirm it, and the token that is given once. */

import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestPorts } from "../access/sample-ports.contract.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { Store } from "../storage/store.ts";
import { openAttemptLimit } from "./attempt-limit.ts";
import { DEVICE_LIMITS, type DeviceLogins, openDeviceLogins } from "./device-logins.ts";
import { openPasswords } from "./hash-password.ts";
import { findTokenOwner } from "./personal-tokens.ts";
import type { PeoplePorts } from "./people-ports.ts";
import { newPerson } from "./set-up.ts";

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
let now = 1_700_000_000_000;
let store: Store;
let ports: PeoplePorts;
let devices: DeviceLogins;
let ada: PersonRecord;

beforeEach(async () => {
  const access = await openTestPorts();
  store = access.store;
  const clock = () => now;
  const limit = () => openAttemptLimit({ attempts: 10_000, clock, random });
  ports = {
    ...access,
    clock,
    random,
    peopleKey: random(32),
    publicUrl: () => "https://dimmer.example.com",
    passwords: await openPasswords({ random }),
    limits: { account: limit(), address: limit(), code: limit() },
  };
  ada = newPerson(ports, { name: "Ada", email: "ada@example.com" });
  await store.transaction((tx) => tx.putPerson(ada));
  devices = openDeviceLogins(ports);
});
afterEach(() => store.close());

const start = (name = "laptop") => devices.start({ name, address: "192.0.2.7" });

describe("a code", () => {
  test("is short, without vowels, and leads to the page that confirms it", () => {
    const login = start();
    expect(login).toEqual({
      deviceCode: expect.stringMatching(/^dm_device_[\w-]{43}$/u),
      userCode: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/u),
      verificationUrl: `https://dimmer.example.com/device?code=${login.userCode}`,
      expiresInSeconds: 600,
      intervalSeconds: 2,
    });
    expect(start().userCode).not.toBe(login.userCode);
  });

  test("that is allowed gives a token in the person's name, once", async () => {
    const { userCode, deviceCode } = start("build-7");
    expect(await devices.poll(deviceCode)).toEqual({ status: "pending" });
    const typed = userCode.toLowerCase().replace("-", " ");
    expect(devices.look(ada, typed)).toMatchObject({ userCode, name: "build-7", address: "192.0.2.7" });
    devices.decide(ada, { userCode: typed, allow: true });
    expect(() => devices.look(ada, userCode)).toThrow("No command waits");
    const answer = await devices.poll(deviceCode);
    expect(answer).toMatchObject({
      status: "allowed",
      person: { id: ada.id, name: "Ada" },
      token: { name: "dimmer login on build-7" },
    });
    expect((await findTokenOwner(ports, answer.token?.secret ?? ""))?.person.id).toBe(ada.id);
    expect(await devices.poll(deviceCode)).toEqual({ status: "expired" });
  });

  test("that is refused, late, or of somebody disabled by then gives nothing", async () => {
    const refused = start();
    devices.decide(ada, { userCode: refused.userCode, allow: false });
    expect(await devices.poll(refused.deviceCode)).toEqual({ status: "denied" });
    const disabled = start();
    devices.decide(ada, { userCode: disabled.userCode, allow: true });
    await store.transaction((tx) => tx.putPerson({ ...ada, disabledAt: now }));
    expect(await devices.poll(disabled.deviceCode)).toEqual({ status: "denied" });
    const late = start();
    now += DEVICE_LIMITS.lifeMs;
    expect(() => devices.look(ada, late.userCode)).toThrow("No command waits");
    expect(await devices.poll(late.deviceCode)).toEqual({ status: "expired" });
    expect(await devices.poll("dm_device_unknown")).toEqual({ status: "expired" });
    expect(await store.listPersonalTokens(ada.id)).toEqual([]);
  });

  test("is refused beyond the bound, and taken again when old ones are over", () => {
    for (let count = 0; count < DEVICE_LIMITS.pending; count++) start();
    expect(() => start()).toThrow("Too many commands");
    now += DEVICE_LIMITS.lifeMs;
    expect(start()).toHaveProperty("userCode");
  });
});
