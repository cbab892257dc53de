/** The second factor over real HTTP: begun, confirmed, asked for, lost. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { TwoFactorState } from "@dimmer/protocol";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";
import { addPerson, openTestBrowser, OWNER, setUpOwner, type TestBrowser } from "../testing/test-browser.contract.ts";
import { totpCode } from "./totp.ts";

let server: TestServer;
let owner: TestBrowser;
beforeAll(async () => {
  server = await openTestServer();
  owner = await setUpOwner(server);
});
afterAll(() => server.close());

/** What an authenticator app does with the secret; `ahead` steps from now. */
function codeOf(secret: string, ahead = 0): string {
  const bits = Array.from(secret, (char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0")).join(
    "",
  );
  const bytes = (bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2));
  return totpCode(new Uint8Array(bytes), Math.floor(Date.now() / 30_000) + ahead);
}

async function begin(
  email: string,
): Promise<
  TestBrowser & { readonly id: string; readonly secret: string; readonly codes: readonly string[]; readonly spent: string }
> {
  const person = await addPerson(server, owner, { email, grants: [{ role: "viewer", project: null, environment: null }] });
  const step = (body: object) => person.operate("changeTwoFactor", {}, body);
  expect((await step({ step: "begin" })).status).toBe(401);
  expect((await step({ step: "begin", password: "not my password" })).status).toBe(401);
  const begun = (await step({ step: "begin", password: OWNER.password })).json as TwoFactorState;
  expect(begun).toMatchObject({ twoFactor: false, uri: expect.stringContaining(`secret=${begun.secret}`) });
  const secret = begun.secret ?? "";
  expect((await step({ step: "confirm" })).status).toBe(400);
  expect((await step({ step: "confirm", code: "000000" })).status).toBe(401);
  // Still without it: a secret that nobody has in an app locks nobody out.
  expect((await signIn(email)).status).toBe(200);
  const spent = codeOf(secret);
  const confirmed = (await step({ step: "confirm", code: spent })).json as TwoFactorState;
  expect(confirmed.recoveryCodes).toHaveLength(10);
  return { ...person, secret, spent, codes: confirmed.recoveryCodes ?? [] };
}

const signIn = (email: string, more: object = {}, browser = openTestBrowser(server)) =>
  browser.operate("signIn", {}, { email, password: OWNER.password, ...more });

test("[second-factor] a password alone signs nobody in, a code counts once, and other sessions have ended", async () => {
  const email = "two@example.com";
  const person = await begin(email);
  expect((await person.call("GET", "/api/v1/projects")).status).toBe(200);
  expect((await signIn(email)).json).toMatchObject({ status: 401, code: "code-needed" });
  expect((await signIn(email, { password: "wrong battery staple" })).json).toMatchObject({ code: "unauthenticated" });
  expect((await signIn(email, { code: "000000" })).json).toMatchObject({ code: "unauthenticated" });
  // The code of the confirmation is spent.
  expect((await signIn(email, { code: person.spent })).status).toBe(401);
  const next = codeOf(person.secret, 1);
  expect((await signIn(email, { code: `${next.slice(0, 3)} ${next.slice(3)}` })).json).toMatchObject({
    person: { twoFactor: true },
  });
  const another = await server.operate("createPasswordReset", { person: person.id });
  expect(another.status).toBe(201);
});

test("[second-factor] a recovery code opens once, and disables", async () => {
  const email = "recovery@example.com";
  const person = await begin(email);
  const [first = "", second = "", third = ""] = person.codes;
  expect(first).toMatch(/^[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}$/u);
  const browser = openTestBrowser(server);
  expect((await signIn(email, { code: first.toLowerCase() }, browser)).status).toBe(200);
  expect((await signIn(email, { code: first })).status).toBe(401);
  expect((await browser.operate("changeTwoFactor", {}, { step: "disable", code: "AAAA-BBBB" })).status).toBe(401);
  expect((await browser.operate("changeTwoFactor", {}, { step: "disable", code: second })).json).toEqual({ twoFactor: false });
  expect((await signIn(email)).status).toBe(200);
  expect((await browser.operate("changeTwoFactor", {}, { step: "disable", code: third })).status).toBe(401);
});

test("one that is lost with all its codes is taken away by an admin, and by nobody else", async () => {
  const email = "lost@example.com";
  const person = await begin(email);
  expect((await person.operate("editPerson", { person: person.id }, { twoFactor: false })).status).toBe(403);
  expect((await owner.operate("editPerson", { person: person.id }, { twoFactor: false })).json).toMatchObject({
    twoFactor: false,
  });
  expect((await signIn(email)).status).toBe(200);
});

test("[second-factor] whoever guesses codes is stopped for longer than a minute", async () => {
  const person = await begin("guessed@example.com");
  const statuses: number[] = [];
  let last = 0;
  while (statuses.length < 15 && statuses.at(-1) !== 429) {
    const answer = await person.operate("changeTwoFactor", {}, { step: "disable", code: "000001" });
    statuses.push(answer.status);
    last = Number(answer.headers.get("retry-after"));
  }
  expect([statuses.length, last > 60]).toEqual([10, true]);
});
