/** Set-up, signing in and out, sessions: over real HTTP. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditRow, Page, SessionView } from "@dimmer/protocol";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";
import { openTestBrowser, OWNER, setUpOwner, setupTokenOf, type TestBrowser } from "../testing/test-browser.contract.ts";

let server: TestServer;
let ada: TestBrowser;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const SIGN_IN = { email: OWNER.email, password: OWNER.password };
const stateOf = async (browser: TestBrowser) => (await browser.call("GET", "/api/v1/session")).json;

describe("set-up", () => {
  test("[set-up] the link of the first start makes the owner, once", async () => {
    const browser = openTestBrowser(server);
    expect(await stateOf(browser)).toEqual({
      state: "setup-needed",
      methods: { password: true, oidc: [] },
      publicUrl: server.url,
    });
    expect(server.running.setupUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#token=dm_setup_[\w-]{43}$/u);
    const token = setupTokenOf(server);
    const ask = (more: object) => browser.call("POST", "/api/v1/setup", { token, ...OWNER, ...more });
    expect(await ask({ token: `${token}x` })).toMatchObject({ status: 401 });
    expect(await ask({ password: "short" })).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining("12 to 256") },
    });
    expect(await ask({ password: OWNER.email })).toMatchObject({ status: 400 });
    expect(await ask({ password: "aaaaaaaaaaaaaaaa" })).toMatchObject({ status: 400 });
    expect(await ask({ email: "ada" })).toMatchObject({ status: 400 });
    expect(await ask({ grants: [] })).toMatchObject({ status: 400 });
    const early = { email: "early@example.com", grants: [] };
    expect(await server.operate("createInvitation", {}, { body: early })).toMatchObject({ status: 409 });
    ada = await setUpOwner(server);
    expect(await stateOf(ada)).toMatchObject({
      state: "signed-in",
      person: {
        name: "Ada",
        email: "ada@example.com",
        grants: [{ role: "owner", project: null, environment: null, rights: expect.arrayContaining(["backup", "publish"]) }],
        twoFactor: false,
        via: "session",
      },
    });
    expect((await ask({})).status).toBe(404);
    expect(await stateOf(openTestBrowser(server))).toMatchObject({ state: "signed-out" });
  });
});

test("[set-up] the link is the same at each start until somebody used it, and none after", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dimmer-set-up-"));
  const urls: (string | undefined)[] = [];
  for (let start = 0; start < 3; start++) {
    const again = await openTestServer({ dataDir: folder });
    urls.push(setupTokenOf(again));
    if (start === 1) await setUpOwner(again);
    await again.close();
  }
  expect(urls).toEqual([expect.stringMatching(/^dm_setup_/u), urls[0], ""]);
  await rm(folder, { recursive: true });
});

describe("signing in", () => {
  test("gives a session of its own that acts in the person's name, and signing out ends it", async () => {
    const browser = openTestBrowser(server);
    const answer = await browser.call("POST", "/api/v1/session", { ...SIGN_IN, email: " ADA@example.com " });
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ state: "signed-in" })]);
    expect(browser.session()).toMatch(/^dm_session_[\w-]{43}$/u);
    expect(browser.session()).not.toBe(ada.session());
    expect(await browser.call("POST", "/api/v1/projects", { key: "mine", name: "Mine" })).toMatchObject({ status: 201 });
    const auditOf = async (chain: string) => (await browser.call("GET", `/api/v1/audit?chain=${chain}`)).json as Page<AuditRow>;
    const actor = { kind: "person", id: expect.stringMatching(/^person_/u), name: "Ada" };
    expect((await auditOf("installation")).items.slice(0, 3).map((row) => [row.action, row.actor])).toEqual([
      ["session.create", actor],
      ["session.create", actor],
      ["person.create", actor],
    ]);
    expect((await auditOf("project%2Fmine")).items.map((row) => row.actor)).toEqual([actor]);
    const secret = browser.session();
    expect(await browser.call("DELETE", "/api/v1/session")).toMatchObject({ status: 200, json: { state: "signed-out" } });
    expect(browser.cookies.has("dimmer-session")).toBe(false);
    const again = await server.call("GET", "/api/v1/projects", { headers: { cookie: `dimmer-session=${secret}` } });
    expect(again).toMatchObject({ status: 401, json: { detail: "Your session is over. Sign in again." } });
  });

  test("one's own sessions are listed and ended", async () => {
    const other = openTestBrowser(server);
    await other.call("POST", "/api/v1/session", SIGN_IN, { headers: { "user-agent": "Phone" } });
    const sessions = ((await ada.call("GET", "/api/v1/sessions")).json as Page<SessionView>).items;
    expect(sessions.map(({ agent, current, via }) => [agent === "Phone", current, via])).toEqual([
      [true, false, "password"],
      [false, true, "password"],
    ]);
    const id = sessions[0]?.id ?? "";
    expect(await ada.call("DELETE", `/api/v1/sessions/${id}`)).toMatchObject({ status: 200, json: { ended: id } });
    expect((await other.call("GET", "/api/v1/projects")).status).toBe(401);
    expect((await ada.call("DELETE", `/api/v1/sessions/${id}`)).status).toBe(404);
  });

  test("a key beside a session is what counts, and what is a person's is no key's", async () => {
    const answer = await server.operate("listSessions");
    expect(answer).toMatchObject({ status: 403, json: { detail: expect.stringContaining("belongs to a person") } });
    const both = await ada.call("GET", "/api/v1/sessions", undefined, { token: "test-admin-token-0123456789" });
    expect(both.status).toBe(403);
    expect((await ada.call("GET", "/sdk/v1/snapshot")).status).toBe(401);
  });
});
