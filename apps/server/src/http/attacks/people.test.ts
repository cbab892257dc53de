/** Attacks on people: guessing, telling accounts apart, planted and stolen sessions, forged requests. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, pathOf, TOKENS, type Answer, type TestServer } from "../../testing/open-test-server.contract.ts";
import {
  addPerson,
  openTestBrowser,
  OWNER,
  setUpOwner,
  setupTokenOf,
  type TestBrowser,
} from "../../testing/test-browser.contract.ts";
import { sendRaw } from "./check-refusal.contract.ts";

const PUBLIC_URL = "https://dimmer.example.com";
/** Behind a proxy that says where requests come from, and reached over TLS. */
let server: TestServer;
let owner: TestBrowser;
beforeAll(async () => {
  server = await openTestServer({ trustedProxies: ["127.0.0.1"], publicUrl: PUBLIC_URL });
  owner = await setUpOwner(server);
});
afterAll(() => server.close());

const signIn = (body: unknown, headers: Readonly<Record<string, string>> = {}, browser = openTestBrowser(server)) =>
  browser.call("POST", "/api/v1/session", body, { headers });
let addresses = 0;
const fromElsewhere = () => ({ "x-forwarded-for": `198.51.${Math.floor(++addresses / 200)}.${addresses % 200}` });
const detailOf = ({ json }: Answer) => (json as { detail: string }).detail;

describe("A35 guessing", () => {
  test("A35 1,000 tries from many addresses: ten a minute are looked at, and the owner comes in meanwhile", async () => {
    const started = Date.now();
    const tries = Array.from({ length: 1_000 }, (_, index) => index);
    const answers: Answer[] = [];
    for (let from = 0; from < tries.length; from += 50)
      answers.push(
        ...(await Promise.all(
          tries
            .slice(from, from + 50)
            .map((index) => signIn({ email: OWNER.email, password: `guess number ${index}` }, fromElsewhere())),
        )),
      );
    const looked = answers.filter(({ status }) => status === 401);
    const limited = answers.filter(({ status }) => status === 429);
    expect(looked.length + limited.length).toBe(1_000);
    expect(looked.length).toBeLessThanOrEqual(10 * (1 + Math.floor((Date.now() - started) / 60_000)));
    for (const { headers } of limited.slice(0, 5)) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    // Whoever has signed in here before is not kept out by them, and no limit lasts longer than a minute.
    expect((await signIn({ email: OWNER.email, password: OWNER.password }, fromElsewhere())).status).toBe(429);
    const known = await signIn({ email: OWNER.email, password: OWNER.password }, fromElsewhere(), owner);
    expect(known.status).toBe(200);
    for (const { headers } of limited) expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });

  test("A35 the mark of a known browser is good for its own person alone", async () => {
    const grace = await addPerson(server, owner, { email: "grace@example.com", grants: [] });
    const mark = owner.cookies.get("__Host-dimmer-browser") ?? "";
    grace.cookies.set("__Host-dimmer-browser", mark);
    const guess = () => signIn({ email: "grace@example.com", password: "a wrong password" }, fromElsewhere(), grace);
    const statuses = [];
    for (let tries = 0; tries < 8; tries++) statuses.push((await guess()).status);
    expect(statuses).toContain(429);
    for (const forged of ["", ".", "x.y", `${mark}x`, mark.replace(".", "..")]) {
      owner.cookies.set("__Host-dimmer-browser", forged);
      expect((await signIn({ email: OWNER.email, password: "a wrong password" }, fromElsewhere(), owner)).status).toBe(429);
    }
    owner.cookies.set("__Host-dimmer-browser", mark);
  });

  test("A35 A42 from one address all accounts together are limited, and nobody's word for another address counts", async () => {
    const untrusting = await openTestServer();
    const statuses = [];
    for (let tries = 0; tries < 60; tries++) {
      const body = { email: `nobody-${tries}@example.com`, password: "a wrong password" };
      statuses.push((await untrusting.call("POST", "/api/v1/session", { body, headers: fromElsewhere() })).status);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(40);
    expect(statuses).toContain(429);
    await untrusting.close();
  });
});

describe("A36 telling accounts apart", () => {
  test("A36 unknown, wrong, disabled and without a password are one answer, after the same time", async () => {
    const people = ["one", "two", "three", "four", "five", "six"];
    for (const name of people) {
      const { id } = await addPerson(server, owner, { email: `${name}@example.com`, grants: [] });
      if (name === "six") await owner.operate("editPerson", { person: id }, { disabled: true });
    }
    const texts = new Set<string>();
    // Of the CPU, as the machine that runs the tests may be busy with others.
    const times = { known: 0, unknown: 0 };
    const timed = async (kind: "known" | "unknown", email: string, password = "a wrong password") => {
      const started = process.cpuUsage();
      const answer = await signIn({ email, password }, fromElsewhere());
      const { user, system } = process.cpuUsage(started);
      times[kind] += user + system;
      expect(answer.status).toBe(401);
      texts.add(detailOf(answer));
    };
    for (let round = 0; round < 4; round++) {
      for (const name of people) {
        await timed("known", `${name}@example.com`);
        await timed("unknown", `${name}-${round}@nowhere.example`);
      }
    }
    await timed("known", "six@example.com", OWNER.password);
    expect(texts.size).toBe(1);
    const ratio = times.known / times.unknown;
    // The promise is a fifth; what else this process does meanwhile counts too.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1 / 0.6);
  });

  test("A36 links that are unknown, used or over are one answer, and no route takes an address to tell of", async () => {
    const ask = (path: string, token: string) =>
      openTestBrowser(server).call("POST", path, {
        token,
        password: OWNER.password,
        ...(path.endsWith("accept") ? { name: "x" } : {}),
      });
    for (const path of ["/api/v1/invitations/accept", "/api/v1/password-reset"]) {
      const answers = [await ask(path, "dm_reset_unknown"), await ask(path, TOKENS.admin), await ask(path, "x".repeat(200))];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
      expect(new Set(answers.map(detailOf)).size).toBe(1);
    }
  });
});

describe("A37 sessions", () => {
  test("A37 a session that was planted is not taken over, and the cookie is bound to host, path, TLS and no script", async () => {
    const browser = openTestBrowser(server);
    const planted = `dm_session_${"a".repeat(43)}`;
    browser.cookies.set("__Host-dimmer-session", planted);
    browser.cookies.set("dimmer-session", planted);
    const answer = await signIn({ email: OWNER.email, password: OWNER.password }, {}, marked(browser));
    expect(answer.status).toBe(200);
    const [line = "", ...others] = answer.headers.getSetCookie();
    expect(line).toMatch(/^__Host-dimmer-session=dm_session_[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/u);
    expect(line).not.toContain(planted);
    for (const other of others)
      expect(other).toMatch(/^__Host-dimmer-browser=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/u);
    for (const name of ["dimmer-session", "__Secure-dimmer-session"]) {
      const cookie = `${name}=${browser.cookies.get("__Host-dimmer-session")}`;
      expect((await server.call("GET", "/api/v1/projects", { headers: { cookie } })).status).toBe(401);
    }
  });

  test("A37 the session that a browser had when somebody signs in has ended", async () => {
    const browser = await addPerson(server, owner, { email: "before@example.com", grants: [] });
    const before = browser.session();
    expect((await signIn({ email: "before@example.com", password: OWNER.password }, fromElsewhere(), browser)).status).toBe(200);
    expect(browser.session()).not.toBe(before);
    const cookie = `__Host-dimmer-session=${before}`;
    expect((await server.call("GET", "/api/v1/sessions", { headers: { cookie } })).status).toBe(401);
  });

  test("A37 I40 what was signed out is dead for the next request, within a second", async () => {
    const browser = await addPerson(server, owner, { email: "leaving@example.com", grants: [] });
    const cookie = `__Host-dimmer-session=${browser.session()}`;
    const status = async () => (await server.call("GET", "/api/v1/sessions", { headers: { cookie } })).status;
    expect(await status()).toBe(200);
    const started = Date.now();
    await browser.operate("signOut");
    expect(await status()).toBe(401);
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});

/** As in a browser in which the owner signed in before. */
function marked(browser: TestBrowser): TestBrowser {
  browser.cookies.set("__Host-dimmer-browser", owner.cookies.get("__Host-dimmer-browser") ?? "");
  return browser;
}

describe("A38 other types than were asked for", () => {
  test.each([
    ["a session that is JSON", "GET", "/api/v1/projects", { headers: { cookie: '__Host-dimmer-session=j:{"$ne":""}' } }, 401],
    ["an array of sessions", "GET", "/api/v1/projects", { headers: { cookie: "__Host-dimmer-session[]=x" } }, 401],
    [
      "a session of 10 kB",
      "GET",
      "/api/v1/projects",
      { headers: { cookie: `__Host-dimmer-session=${"x".repeat(10_000)}` } },
      401,
    ],
    ["an operator in the query", "GET", "/api/v1/people?limit[$ne]=1", { token: TOKENS.admin }, 400],
    ["an operator for a password", "POST", "/api/v1/session", { body: { email: OWNER.email, password: { $ne: "" } } }, 400],
    ["an operator for an address", "POST", "/api/v1/session", { body: { email: { $gt: "" }, password: "x" } }, 400],
    ["a list for an address", "POST", "/api/v1/session", { body: { email: [OWNER.email], password: "x" } }, 400],
    ["a list for a token", "POST", "/api/v1/password-reset", { body: { token: [""], password: "x" } }, 400],
    ["a role beside", "POST", "/api/v1/session", { body: { email: OWNER.email, password: "x", role: "owner" } }, 400],
    ["a password of 2 kB", "POST", "/api/v1/session", { body: { email: OWNER.email, password: "x".repeat(2_000) } }, 400],
    ["no number where one is asked", "POST", "/api/v1/device/token", { body: { deviceCode: 1 } }, 400],
  ] as const)("A38 %s", async (_what, method, path, options, status) => {
    expect((await server.call(method, path, options)).status).toBe(status);
  });
});

test("A41 of two first owners at once one wins, set-up is gone after, and there is no default password", async () => {
  const fresh = await openTestServer();
  for (const [email, password] of [
    ["admin", "admin"],
    ["admin@localhost", "password"],
    ["root", ""],
  ])
    expect([400, 401]).toContain((await fresh.call("POST", "/api/v1/session", { body: { email, password } })).status);
  const token = setupTokenOf(fresh);
  const ask = (name: string) =>
    openTestBrowser(fresh).call("POST", "/api/v1/setup", { ...OWNER, token, name, email: `${name}@example.com` });
  const statuses = (await Promise.all(["a", "b", "c"].map(ask))).map(({ status }) => status);
  expect(statuses.sort()).toEqual([201, 404, 404]);
  expect((await ask("d")).status).toBe(404);
  const people = (await fresh.operate("listPeople")).json as { items: unknown[] };
  expect(people.items).toHaveLength(1);
  await fresh.close();
});

test("A42 Host and X-Forwarded-Host make no link, no cookie and no address", async () => {
  const body = JSON.stringify({ email: "linked@example.com", grants: [] });
  const head = `POST /api/v1/invitations HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n`;
  const auth = `Authorization: Bearer ${TOKENS.admin}\r\nContent-Type: application/json\r\n`;
  const answer = await sendRaw(server, `${head}${auth}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 201 /u);
  expect(answer).not.toContain("evil");
  const state = await sendRaw(server, "GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  expect(state).not.toContain("evil");
});

/** What a page of another origin can make a browser send with the session. */
const FORGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a form": { "sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded" },
  "text/plain": { "sec-fetch-site": "cross-site", "content-type": "text/plain" },
  "JSON from another site": { "sec-fetch-site": "cross-site", "content-type": "application/json" },
  "a sibling subdomain": { "sec-fetch-site": "same-site", "content-type": "application/json" },
  "an address that was typed": { "sec-fetch-site": "none", "content-type": "application/json" },
  "another origin": { origin: "https://evil.example", "content-type": "application/json" },
  "an origin that begins like ours": { origin: `${PUBLIC_URL}.evil.example`, "content-type": "application/json" },
  "no origin": { origin: "null", "content-type": "application/json" },
  "no word of where from": { "content-type": "application/json" },
};

describe("A43 requests that another page forges", () => {
  test.each(Object.entries(FORGED))("A43 %s changes nothing on any route", async (what, headers) => {
    const cookie = `__Host-dimmer-session=${owner.session()}`;
    const before = (await server.operate("listAudit", {}, { query: "?chain=installation&limit=1" })).text;
    const surprises: string[] = [];
    const edits = server.operations.filter(({ method, right }) => method !== "GET" && right !== undefined);
    for (const operation of edits) {
      const answer = await server.call(operation.method, pathOf(operation, {}), { headers: { ...headers, cookie }, body: "{}" });
      if (answer.status !== 403) surprises.push(`${operation.id}: ${answer.status}`);
    }
    for (const id of ["setUp", "signIn", "acceptInvitation", "resetPassword", "startDeviceLogin"]) {
      const { status } = await server.operate(id, {}, { headers, body: "{}", token: undefined });
      // A program says nothing of where it comes from, and has no session that could be forged.
      if (what === "no word of where from" ? status === 403 : status !== 403) surprises.push(`${id}: ${status}`);
    }
    expect(surprises).toEqual([]);
    expect(edits.length).toBeGreaterThan(40);
    expect((await server.operate("listAudit", {}, { query: "?chain=installation&limit=1" })).text).toBe(before);
  });

  test("A43 our own pages are let in, by what the browser says or by the origin", async () => {
    const cookie = `__Host-dimmer-session=${owner.session()}`;
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: PUBLIC_URL }, { origin: server.url }])
      expect((await server.call("POST", "/api/v1/projects", { headers: { ...headers, cookie }, body: {} })).status).toBe(400);
  });
});

test("A44 no page of another origin may read what a session or an admin reads, and none may with credentials", async () => {
  const cookie = `__Host-dimmer-session=${owner.session()}`;
  const surprises: string[] = [];
  for (const origin of ["null", "https://evil.example", `${PUBLIC_URL}.evil.example`, "https://evil-dimmer.example.com"]) {
    for (const operation of server.operations) {
      if (operation.id.startsWith("stream") || operation.method !== "GET") continue;
      const isForClients = operation.security.some((scheme) =>
        ["serverKey", "browserKey", "streamTicket"].some((name) => name in scheme),
      );
      for (const method of ["GET", "OPTIONS"]) {
        const { headers } = await server.call(method, pathOf(operation, {}), { headers: { origin, cookie } });
        if (headers.has("access-control-allow-credentials")) surprises.push(`${operation.id} allows credentials`);
        if (!isForClients && headers.has("access-control-allow-origin"))
          surprises.push(`${method} ${operation.id} allows ${origin}`);
      }
    }
  }
  expect(surprises).toEqual([]);
});
