/** Where the secrets of people must not be: the files of the store, the log, the audit, any later answer. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TwoFactorState } from "@dimmer/protocol";
import { totpCode } from "../../people/totp.ts";
import { openTestServer, type TestServer } from "../../testing/open-test-server.contract.ts";
import {
  openTestBrowser,
  OWNER,
  setUpOwner,
  setupTokenOf,
  type TestBrowser,
  tokenIn,
} from "../../testing/test-browser.contract.ts";
import { filesIn, hitsIn } from "./find-secrets.contract.ts";

let server: TestServer;
let folder: string;
let logged = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dimmer-people-"));
  const logger = pino({ level: "trace" }, { write: (line: string) => void (logged += line) });
  server = await openTestServer({ dataDir: join(folder, "data"), logger });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const bytesOf = (base32: string): Uint8Array => {
  const bits = Array.from(base32, (char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0")).join(
    "",
  );
  return new Uint8Array((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

async function enableTwoFactor(person: TestBrowser, password: string) {
  const begun = (await person.operate("changeTwoFactor", {}, { step: "begin", password })).json as TwoFactorState;
  const secret = bytesOf(begun.secret ?? "");
  const code = totpCode(secret, Math.floor(Date.now() / 30_000));
  const confirmed = (await person.operate("changeTwoFactor", {}, { step: "confirm", code })).json as TwoFactorState;
  const [recovery = ""] = confirmed.recoveryCodes ?? [];
  return {
    "a TOTP secret": begun.secret ?? "",
    "its bytes": Buffer.from(secret).toString("base64url"),
    "a recovery code": recovery.replaceAll("-", ""),
  };
}

test("[secrets-nowhere] A33 A34 no password, session, token, link, code or factor of a person is kept or said in clear", async () => {
  const token = setupTokenOf(server);
  const owner = await setUpOwner(server);
  const first = owner.session();
  const invited = await owner.operate("createInvitation", {}, { email: "grace@example.com", grants: [] });
  const grace = openTestBrowser(server);
  const password = "a password of grace alone";
  const accepted = await grace.operate("acceptInvitation", {}, { token: tokenIn(invited), name: "Grace", password });
  const { id } = accepted.json as { id: string };
  const tokens = (await owner.operate("createPersonalToken", {}, { name: "laptop" })).json as { secret: string };
  await server.call("GET", "/api/v1/projects", { token: tokens.secret });
  const login = (await owner.operate("startDeviceLogin", {}, { name: "laptop" })).json as {
    deviceCode: string;
    userCode: string;
  };
  await owner.operate("confirmDeviceLogin", {}, { userCode: login.userCode, allow: true });
  const given = (await owner.operate("pollDeviceLogin", {}, { deviceCode: login.deviceCode })).json as {
    token: { secret: string };
  };
  const factors = await enableTwoFactor(grace, password);
  const reset = await owner.operate("createPasswordReset", { person: id });
  const changed = "another password of grace";
  await grace.operate("resetPassword", {}, { token: tokenIn(reset), password: changed });
  // What is refused must not be said back or kept either.
  await grace.operate("signIn", {}, { email: "grace@example.com", password: "a wrong password canary", code: "123456" });
  await grace.call("GET", `/api/v1/session?token=${tokens.secret}`);
  const secrets: Readonly<Record<string, string>> = {
    "the set-up token": token,
    "the owner's password": OWNER.password,
    "a password": password,
    "the next one": changed,
    "a wrong one": "a wrong password canary",
    "a session": first,
    "another's session": grace.session(),
    "an invitation": tokenIn(invited),
    "a reset link": tokenIn(reset),
    "a personal token": tokens.secret,
    "a command's token": given.token.secret,
    "a device code": login.deviceCode,
    ...factors,
  };
  for (const [what, secret] of Object.entries(secrets)) expect([what, secret.length > 12]).toEqual([what, true]);

  const store = await filesIn(join(folder, "data"));
  expect(Object.values(store).some((bytes) => bytes.includes("two-factor.enable"))).toBe(true);
  expect(logged).toContain("/api/v1/password-reset");
  const answers: Record<string, Buffer> = {};
  for (const [operation, query] of [
    ["listPeople", ""],
    ["listInvitations", ""],
    ["listSessions", ""],
    ["listPersonalTokens", ""],
    ["getSession", ""],
    ["listAudit", "?chain=installation&limit=200"],
    ["exportDocument", ""],
  ] as const)
    answers[operation] = Buffer.from((await owner.operate(operation, {}, undefined, query)).text);
  expect(hitsIn({ ...store, ...answers, "the log": Buffer.from(logged) }, secrets)).toEqual([]);
});
