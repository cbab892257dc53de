/** Kill links over real HTTP: who may make one, what looking does, what using does, and where the secret is not. */

import { Writable } from "node:stream";
import type { Change, CreatedLink, LinkView, Page } from "@dimmer/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { renderPage } from "./link-page.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const FLAG = { flag: "model" };
let server: TestServer;
let logged = "";

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  server = await openTestServer({ logger: pino({ level: "trace" }, sink) });
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.operate("restoreFlag", FLAG);
  await server.operate("restoreFlag", FLAG, { body: { variant: "new" } });
});

async function makeLink(more: object = {}): Promise<CreatedLink> {
  const body = { flag: "model", environment: "production", name: "pager", ...more };
  const answer = await server.operate("createLink", {}, { body });
  expect(answer.status).toBe(201);
  return answer.json as CreatedLink;
}
const look = (secret: string, query = "") => server.call("GET", `/links/${secret}${query}`);
const use = (secret: string, headers: Readonly<Record<string, string>> = {}) =>
  server.call("POST", `/links/${secret}`, { headers });
const config = async () => {
  const { json } = await server.operate("getFlagInEnvironment", FLAG);
  return (json as { config: { enabled: boolean; stopped?: string[] } }).config;
};
const changes = async () => ((await server.operate("listChanges", {}, { query: "?limit=200" })).json as Page<Change>).items;

describe("looking", () => {
  test("[kill-link] says what it will do and does nothing, however often and whoever looks", async () => {
    const { secret } = await makeLink();
    const before = (await changes()).length;
    for (const query of ["", "?utm_source=chat", "?a=1&a=2"]) {
      const page = await look(secret, query);
      expect(page.status).toBe(200);
      expect(page.text).toContain("<h1>Kill <code>model</code> in <code>production</code>?</h1>");
      expect(page.text).toContain('<form method="post"><button type="submit">');
    }
    expect((await server.call("HEAD", `/links/${secret}`)).status).toBe(200);
    expect([(await config()).enabled, (await changes()).length]).toEqual([true, before]);
  });

  test("is a page without script that nothing may keep, pass on or frame", async () => {
    const { secret } = await makeLink();
    const { headers, text } = await look(secret);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/u,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
    });
    expect(text).not.toMatch(/<script|https?:|javascript:/iu);
    expect(text).not.toContain(secret);
  });

  test("escapes whatever a name may be", () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    const page = renderPage({ title: evil, lines: [`\`${evil}\``], button: evil });
    expect(page).not.toContain("<img");
    expect(page).toContain("<p><code>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</code></p>");
  });
});

describe("using", () => {
  test("[kill-link] kills, in the link's own name; again it says that it is off already", async () => {
    const link = await makeLink();
    const first = await use(link.secret, FORM);
    expect([first.status, first.text.includes("<h1><code>model</code> is killed in <code>production</code></h1>")]).toEqual([
      200,
      true,
    ]);
    expect(first.text).toContain("plain (fallback)");
    expect((await config()).enabled).toBe(false);
    const [change] = await changes();
    expect(change).toMatchObject({ actor: { kind: "link", id: link.id, name: "pager" }, source: "link" });
    const again = await use(link.secret, FORM);
    expect(again.text).toContain("is killed already in");
    expect(await use(link.secret)).toMatchObject({ status: 200, json: { status: "already-off", flag: "model", variant: null } });
    // Whoever has the link cannot fill the history with it.
    expect((await changes())[0]?.id).toBe(change?.id);
    expect((await look(link.secret)).text).toContain("It is killed already.");
  });

  test("is never held up while there is something to turn off", async () => {
    const { secret } = await makeLink();
    for (let round = 0; round < 5; round++) {
      expect((await use(secret)).json).toMatchObject({ status: "off" });
      expect((await config()).enabled).toBe(false);
      await server.operate("restoreFlag", FLAG);
    }
  });

  test("stops its variant and nothing else", async () => {
    const { secret } = await makeLink({ variant: "new" });
    expect((await look(secret)).text).toContain("<h1>Stop <code>model:new</code> in <code>production</code>?</h1>");
    const body = { body: { kind: "restore", flag: "model", variant: "old" } };
    expect((await server.call("POST", `/links/${secret}`, body)).json).toMatchObject({ status: "off", variant: "new" });
    expect(await config()).toMatchObject({ enabled: true, stopped: ["new"] });
    expect((await use(secret)).json).toMatchObject({ status: "already-off" });
  });

  test("of an archived flag still works; of one that is gone it says so", async () => {
    await server.operate("createFlag", {}, { body: { key: "old", definition: SPLIT_FLAG } });
    const { secret } = await makeLink({ flag: "old" });
    await server.operate("archiveFlag", { flag: "old" });
    expect((await use(secret)).json).toMatchObject({ status: "off" });
    await server.operate("unarchiveFlag", { flag: "old" });
    const gone = [{ kind: "remove-environment", flag: "old", environment: "production" }];
    await server.operate("submitChange", {}, { body: { operations: gone } });
    expect((await look(secret)).text).toContain("is not in <code>production</code> any more.");
    expect((await use(secret)).status).toBe(404);
    expect(await use(secret, FORM)).toMatchObject({ status: 404, text: expect.stringContaining("Nothing to turn off") });
  });

  test("takes a form or JSON and no other body, and not a large one", async () => {
    const { secret } = await makeLink();
    const big = await server.call("POST", `/links/${secret}`, { headers: FORM, body: "x".repeat(2_000) });
    expect(big.status).toBe(413);
    expect((await server.call("POST", `/links/${secret}`, { headers: { "content-type": "text/plain" }, body: "x" })).status).toBe(
      415,
    );
    expect((await server.operate("killFlag", FLAG, { headers: FORM, body: "a=1" })).status).toBe(415);
    expect((await config()).enabled).toBe(true);
  });
});

describe("a link that does not count", () => {
  test("unknown, revoked and expired are one refusal", async () => {
    const revoked = await makeLink();
    expect((await server.operate("revokeLink", { link: revoked.id })).json).toMatchObject({ revokedAt: expect.any(String) });
    await server.operate("revokeLink", { link: revoked.id });
    const expired = await makeLink({ expiresAt: new Date(Date.now() + 500).toISOString() });
    await expect.poll(async () => (await look(expired.secret)).status).toBe(404);
    const texts = new Set<string>();
    for (const secret of ["dm_link_unknown", "x".repeat(400), revoked.secret, expired.secret]) {
      const [seen, used] = [await look(secret), await use(secret)];
      expect([seen.status, used.status]).toEqual([404, 404]);
      texts.add(`${seen.text} ${(used.json as { detail: string }).detail}`);
    }
    expect(texts.size).toBe(1);
    expect((await config()).enabled).toBe(true);
  });

  test.each([
    [{ flag: "absent" }, 404],
    [{ environment: "absent" }, 404],
    [{ variant: "absent" }, 404],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, 400],
    [{ name: "" }, 400],
    [{ action: "restore" }, 400],
  ])("%o is refused", async (more, status) => {
    const body = { flag: "model", environment: "production", name: "pager", ...more };
    expect((await server.operate("createLink", {}, { body })).status).toBe(status);
  });

  test("is neither made, seen nor revoked by a token of another environment", async () => {
    await server.operate("createEnvironment", {}, { body: { key: "staging", name: "Staging" } });
    const made = await server.operate("createKey", {}, { body: { kind: "admin", name: "staging", environment: "staging" } });
    const { secret: token } = made.json as { secret: string };
    const { id } = await makeLink();
    const body = { flag: "model", environment: "production", name: "mine" };
    expect((await server.operate("createLink", {}, { token, body })).status).toBe(403);
    expect((await server.operate("revokeLink", { link: id }, { token })).status).toBe(403);
    expect((await server.operate("listLinks", {}, { token })).json).toMatchObject({ items: [] });
    expect((await server.operate("listLinks", {}, { token: TOKENS.server })).status).toBe(403);
  });
});

test("the secret is shown once: not in the log, the audit, the history, a list or a refusal", async () => {
  const link = await makeLink({ name: "link of grace-hopper" });
  await look(link.secret);
  await use(link.secret);
  await server.call("GET", `/links/${link.secret}/more`);
  await server.call("PUT", `/links/${link.secret}`);
  await server.operate("revokeLink", { link: link.id });
  await use(link.secret);
  const listed = (await server.operate("listLinks")).json as Page<LinkView>;
  expect(listed.items.find(({ id }) => id === link.id)).toMatchObject({
    usedAt: expect.any(String),
    revokedAt: expect.any(String),
  });
  const audit = (await server.operate("listAudit", {}, { query: "?chain=project%2Fdefault&limit=200" })).text;
  expect(audit).toContain('"link.create"');
  expect(logged).toContain("/links/:secret");
  const bare = link.secret.replace("dm_link_", "").slice(4);
  for (const text of [logged, audit, JSON.stringify(listed), JSON.stringify(await changes())]) expect(text).not.toContain(bare);
  // Its name is a person's to have erased.
  await server.operate("erasePerson", {}, { body: { person: "grace-hopper" } });
  for (const id of ["listLinks", "listChanges", "listAudit"])
    expect((await server.operate(id)).text).not.toContain("grace-hopper");
});
