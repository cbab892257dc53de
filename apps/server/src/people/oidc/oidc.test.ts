/** Signing in with a provider, against a real one on this machine. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SessionState } from "@dimmer/protocol";
import { openTestServer, type TestServer } from "../../testing/open-test-server.contract.ts";
import { openTestBrowser, setUpOwner, type TestBrowser } from "../../testing/test-browser.contract.ts";
import { ownPath } from "./oidc-provider.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { CLIENT, openTestProvider, type TestProvider } from "./test-provider.contract.ts";

/** Whom the provider knows, by what they type as their name there. */
const ACCOUNTS = {
  grace: { email: "Grace@example.com", email_verified: true, name: "Grace" },
  namesake: { email: "grace@example.com", email_verified: true, name: "Somebody else" },
  unverified: { email: "eve@example.com", email_verified: false, name: "Eve" },
  addressless: { name: "Nobody" },
  stranger: { email: "x@elsewhere.example", email_verified: true },
  sly: { email: "x@example.com@elsewhere.example", email_verified: true },
  invited: { email: "invited@elsewhere.example", email_verified: true, name: "Invited" },
  ada: { email: "ada@example.com", email_verified: true, name: "Ada elsewhere" },
};

let provider: TestProvider;
/** One that takes people of example.com, and one that links by address. */
let server: TestServer;
let linking: TestServer;
let owner: TestBrowser;
let logged = "";

beforeAll(async () => {
  const [port, other] = [await freePort(), await freePort()];
  const callback = (one: number) => `http://127.0.0.1:${one}/auth/oidc/sso/callback`;
  provider = await openTestProvider([callback(port), callback(other)], ACCOUNTS);
  const settings: OidcSettings = {
    issuer: provider.issuer,
    ...CLIENT,
    name: "Company",
    defaultRole: "viewer",
    allowedDomains: ["example.com"],
    linkByEmail: false,
    allowPrivate: true,
  };
  const logger = pino({ level: "trace" }, { write: (line: string) => void (logged += line) });
  server = await openTestServer({ port, oidc: settings, logger });
  const { defaultRole: _, ...withoutRole } = settings;
  linking = await openTestServer({ port: other, oidc: { ...withoutRole, linkByEmail: true } });
});
afterAll(async () => {
  await server.close();
  await linking.close();
  await provider.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Goes to the provider, signs in there and comes back; gives the last address and where it led. */
async function comeBack(account: string, browser: TestBrowser, { of = server, next = "/flags/model" } = {}) {
  const started = await browser.call("GET", `/auth/oidc/sso/start?next=${encodeURIComponent(next)}`);
  expect(started.status).toBe(303);
  const back = await provider.signIn(started.headers.get("location") ?? "", account);
  expect(back).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/oidc\/sso\/callback\?/u);
  const path = back.slice(of.url.length);
  const answer = await browser.call("GET", path);
  return { path, status: answer.status, location: answer.headers.get("location") };
}
const personOf = async (browser: TestBrowser) => ((await browser.call("GET", "/api/v1/session")).json as SessionState).person;
const NO_ACCOUNT = { status: 303, location: "/sign-in?problem=forbidden" };

describe("somebody whom the provider vouches for", () => {
  test("does not become the first: the owner comes by the set-up link", async () => {
    expect(await comeBack("grace", openTestBrowser(server))).toMatchObject(NO_ACCOUNT);
    owner = await setUpOwner(server);
    await setUpOwner(linking);
  });

  test("is new with the default role, the same person the next time, and comes back to the page they wanted", async () => {
    const browser = openTestBrowser(server);
    const methods = (await browser.call("GET", "/api/v1/session")).json as SessionState;
    expect(methods.methods.oidc).toEqual([{ id: "sso", name: "Company" }]);
    expect(await comeBack("grace", browser)).toMatchObject({ status: 303, location: "/flags/model" });
    const person = await personOf(browser);
    const grants = [expect.objectContaining({ role: "viewer", project: null, environment: null })];
    expect(person).toMatchObject({ name: "Grace", email: "grace@example.com", password: false, via: "session", grants });
    expect((await browser.call("GET", "/api/v1/sessions")).json).toMatchObject({ items: [{ via: "sso", current: true }] });
    const again = openTestBrowser(server);
    await comeBack("grace", again);
    expect((await personOf(again))?.id).toBe(person?.id);
    await owner.operate("editPerson", { person: person?.id ?? "" }, { disabled: true });
    expect(await comeBack("grace", openTestBrowser(server))).toMatchObject(NO_ACCOUNT);
  });

  test.each(["namesake", "unverified", "addressless", "stranger", "sly", "ada"])("%s is let in by nothing", async (account) => {
    expect(await comeBack(account, openTestBrowser(server))).toMatchObject(NO_ACCOUNT);
  });

  test("is the person who has their verified address, or was invited under it, where that is configured", async () => {
    const browser = openTestBrowser(linking);
    expect(await comeBack("ada", browser, { of: linking })).toMatchObject({ location: "/flags/model" });
    expect(await personOf(browser)).toMatchObject({ name: "Ada", email: "ada@example.com", grants: [{ role: "owner" }] });
    expect(await comeBack("stranger", openTestBrowser(linking), { of: linking })).toMatchObject(NO_ACCOUNT);
    const grants = [{ role: "editor", project: "default", environment: null }];
    expect((await browser.operate("createInvitation", {}, { email: ACCOUNTS.invited.email, grants })).status).toBe(201);
    const invited = openTestBrowser(linking);
    await comeBack("invited", invited, { of: linking });
    expect(await personOf(invited)).toMatchObject({ name: "Invited", grants });
    expect((await browser.operate("listInvitations")).json).toMatchObject({ items: [] });
  });
});

describe("A40 an answer that is no answer to a start of this browser", () => {
  const refused = { status: 303, location: "/sign-in?problem=unauthenticated" };
  const start = async (browser: TestBrowser) => (await browser.call("GET", "/auth/oidc/sso/start")).headers.get("location") ?? "";
  const finish = async (browser: TestBrowser, path: string) => {
    const answer = await browser.call("GET", path);
    return { status: answer.status, location: answer.headers.get("location"), signedIn: browser.session() !== "" };
  };

  test("A40 the same answer twice signs in once", async () => {
    const browser = openTestBrowser(linking);
    const { path } = await comeBack("ada", browser, { of: linking });
    const stolen = openTestBrowser(linking);
    expect(await finish(stolen, path)).toEqual({ ...refused, signedIn: false });
    expect(await finish(browser, path)).toMatchObject(refused);
  });

  test("A40 an answer in another browser, with another state, or without one is refused, and is then spent", async () => {
    const [victim, attacker] = [openTestBrowser(server), openTestBrowser(server)];
    const back = (await provider.signIn(await start(attacker), "grace")).slice(server.url.length);
    await start(victim);
    expect(await finish(victim, back)).toEqual({ ...refused, signedIn: false });
    expect(await finish(attacker, back)).toEqual({ ...refused, signedIn: false });
    for (const spoil of [
      (path: string) => path.replace(/state=[^&]+/u, "state=mine"),
      (path: string) => path.replace(/state=[^&]+&?/u, ""),
    ]) {
      const browser = openTestBrowser(server);
      const path = (await provider.signIn(await start(browser), "grace")).slice(server.url.length);
      expect(await finish(browser, spoil(path))).toEqual({ ...refused, signedIn: false });
    }
  });

  test("A40 an answer to a start with another nonce or another PKCE challenge is refused", async () => {
    for (const name of ["nonce", "code_challenge"]) {
      const browser = openTestBrowser(server);
      const url = new URL(await start(browser));
      expect(url.searchParams.get("code_challenge_method")).toBe("S256");
      url.searchParams.set(name, "a".repeat(43));
      const path = (await provider.signIn(url.href, "namesake")).slice(server.url.length);
      expect([name, await finish(browser, path)]).toEqual([name, { ...refused, signedIn: false }]);
    }
  });

  test("A40 the address to come back to is exactly ours, whatever Host says", async () => {
    const browser = openTestBrowser(server);
    const url = new URL(
      (
        await browser.call("GET", "/auth/oidc/sso/start", undefined, { headers: { "x-forwarded-host": "evil.example" } })
      ).headers.get("location") ?? "",
    );
    expect(url.searchParams.get("redirect_uri")).toBe(`${server.url}/auth/oidc/sso/callback`);
    url.searchParams.set("redirect_uri", `${server.url}/auth/oidc/sso/callback/../../../evil`);
    await expect(provider.signIn(url.href, "grace")).rejects.toThrow("the provider answers 400");
  });

  test("A40 what the provider refuses is told in the address of the sign-in page, and an unknown provider is none", async () => {
    const browser = openTestBrowser(server);
    const state = new URL(await start(browser)).searchParams.get("state");
    expect(await finish(browser, `/auth/oidc/sso/callback?error=access_denied&state=${state}`)).toMatchObject(refused);
    expect((await browser.call("GET", "/auth/oidc/other/start")).status).toBe(404);
    expect((await browser.call("GET", "/auth/oidc/other/callback?code=x&state=y")).status).toBe(404);
  });

  test.each([
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/\t/evil.example", "/"],
    ["/%09/evil.example", "/%09/evil.example"],
    ["/a/..//evil.example", "/"],
    ["/.//evil.example", "/"],
    ["/flags?environment=production#top", "/flags?environment=production#top"],
    [`/${"a".repeat(3_000)}`, "/"],
    ["", "/"],
    [undefined, "/"],
  ])("A40 next=%s leads to %s", (next, path) => expect(ownPath(next)).toBe(path));
});

test("nothing of the provider's secrets and answers is in the log", () => {
  expect(logged).toContain("sign-in by a provider refused");
  expect(logged).not.toMatch(/canary|code=|eyJ|id_token|access_token/u);
});

test("a provider that does not answer, or is inside the network without leave, is said to be away", async () => {
  const settings = { issuer: "http://127.0.0.1:9", ...CLIENT, name: "Gone", allowedDomains: [], linkByEmail: false };
  for (const allowPrivate of [true, false]) {
    const lone = await openTestServer({
      oidc: { ...settings, allowPrivate, issuer: allowPrivate ? settings.issuer : "https://127.0.0.1:9443" },
    });
    const answer = await openTestBrowser(lone).call("GET", "/auth/oidc/sso/start");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/sign-in?problem=provider-unavailable"]);
    await lone.close();
  }
});
