/** OFREP over HTTP as a browser has it: another origin, a browser key, a stream without headers. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlagDefinition } from "@dimmer/evaluation";
import { OFREP_PATH, type OfrepBulkSuccess } from "@dimmer/protocol";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream } from "../testing/read-stream.contract.ts";

const BANNER: FlagDefinition = {
  type: "string",
  purpose: "config",
  owner: "tests",
  permanent: true,
  audience: "browser",
  variants: { hello: { value: "Hello" }, bye: { value: "Bye" } },
  environments: { production: { enabled: true, fallback: "hello", default: { variant: "hello" } } },
};
const app = "https://app.example.com";

async function openServer(settings: Parameters<typeof openTestServer>[0] = {}): Promise<TestServer> {
  const opened = await openTestServer(settings);
  await opened.operate("createFlag", {}, { body: { key: "banner", definition: BANNER } });
  await opened.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  return opened;
}

let server: TestServer;
beforeAll(async () => (server = await openServer()));
afterAll(() => server.close());

const askAll = (of: TestServer, token: string, headers: Readonly<Record<string, string>> = {}) =>
  of.call("POST", OFREP_PATH, { token, body: { context: { targetingKey: "u" } }, headers });
const flagsOf = (answer: { json: unknown }) => (answer.json as OfrepBulkSuccess).flags.map(({ key }) => key);
const streamOf = ({ json }: { json: unknown }) => (json as OfrepBulkSuccess).eventStreams?.[0]?.endpoint.requestUri ?? "";
const listen = (of: TestServer, requestUri: string) => readStream(of.url + requestUri, { origin: app });
const edit = async (of: TestServer, flag: string, variant: string) => {
  const operations = [{ kind: "set-serve", flag, environment: "production", rule: "default", serve: { variant } }];
  expect(await of.operate("submitChange", {}, { body: { operations } })).toMatchObject({ json: { status: "applied" } });
};

describe("all flags", () => {
  test("for a browser key those for browsers, for a server key all", async () => {
    expect(flagsOf(await askAll(server, TOKENS.browser))).toEqual(["banner"]);
    expect(flagsOf(await askAll(server, TOKENS.server))).toEqual(["banner", "model"]);
  });

  test("are nobody else's: never stored, and 304 only for the same key and results", async () => {
    const first = await askAll(server, TOKENS.browser);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toBe("private, no-store");
    expect(await askAll(server, TOKENS.browser, { "if-none-match": etag })).toMatchObject({ status: 304, text: "" });
    expect((await askAll(server, TOKENS.server, { "if-none-match": etag })).status).toBe(200);
  });

  test("come with whatever a client adds to the query", async () => {
    const query = "?flagConfigEtag=abc&flagConfigLastModified=1771622898&later=1";
    expect((await server.call("POST", OFREP_PATH + query, { token: TOKENS.browser, body: {} })).status).toBe(200);
  });

  test("a body that is none is refused in the words of the protocol", async () => {
    const answer = await server.call("POST", OFREP_PATH, { token: TOKENS.browser, body: "{" });
    expect(answer).toMatchObject({ status: 400, json: { errorCode: "PARSE_ERROR", errorDetails: expect.any(String) } });
    expect(Object.keys(answer.json as object)).toEqual(["errorCode", "errorDetails"]);
  });
});

describe("a page of another origin (A44)", () => {
  const allowed = ({ headers }: { headers: Headers }) => headers.get("access-control-allow-origin");
  const preflight = (of: TestServer, origin: string, path = OFREP_PATH) =>
    of.call("OPTIONS", path, {
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });

  test("is allowed to ask, and to read the ETag", async () => {
    for (const path of [OFREP_PATH, `${OFREP_PATH}/a%2Fb`]) {
      const before = await preflight(server, app, path);
      expect([before.status, allowed(before), before.headers.get("access-control-allow-methods")]).toEqual([
        204,
        "*",
        "GET, POST",
      ]);
      expect(before.headers.get("access-control-allow-headers")?.toLowerCase()).toMatch(/authorization.*if-none-match/u);
    }
    const answer = await askAll(server, TOKENS.browser, { origin: app });
    expect([allowed(answer), answer.headers.get("access-control-expose-headers")]).toEqual([
      "*",
      expect.stringContaining("ETag"),
    ]);
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("reads why it is refused", async () => {
    const answer = await askAll(server, "nobody-knows-this-browser-key", { origin: app });
    expect([answer.status, allowed(answer)]).toEqual([401, "*"]);
  });

  test("reads nothing that was asked with a server key", async () =>
    expect(allowed(await askAll(server, TOKENS.server, { origin: app }))).toBeNull());

  test("reads nothing of the management API and of SDKs", async () => {
    for (const [path, token] of [
      ["/api/v1/projects", TOKENS.admin],
      ["/sdk/v1/snapshot", TOKENS.server],
    ] as const) {
      const answer = await server.call("GET", path, { token, headers: { origin: app } });
      expect([path, answer.status, allowed(answer)]).toEqual([path, 200, null]);
      expect(allowed(await preflight(server, app, path))).toBeNull();
    }
  });

  test("where origins are listed, only these, letter by letter", async () => {
    const strict = await openServer({ browserOrigins: [app, "http://localhost:5173"] });
    try {
      for (const origin of [
        "null",
        "https://evil.example",
        `${app}.evil.example`,
        "https://sub.app.example.com",
        "http://app.example.com",
        app.toUpperCase(),
      ]) {
        const answer = await askAll(strict, TOKENS.browser, { origin });
        expect([origin, allowed(answer), answer.headers.get("vary"), allowed(await preflight(strict, origin))]).toEqual([
          origin,
          null,
          "Origin",
          null,
        ]);
      }
      for (const origin of [app, "http://localhost:5173"])
        expect([allowed(await askAll(strict, TOKENS.browser, { origin })), allowed(await preflight(strict, origin))]).toEqual([
          origin,
          origin,
        ]);
    } finally {
      await strict.close();
    }
  });
});

describe("the stream", () => {
  test("tells of what changed, and of nothing that a browser may not see", async () => {
    const stream = await listen(server, streamOf(await askAll(server, TOKENS.browser)));
    const forServers = await listen(server, streamOf(await askAll(server, TOKENS.server)));
    expect([stream.status, stream.headers.get("content-type"), stream.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
      "*",
    ]);
    await edit(server, "model", "plain");
    const heard = await forServers.next();
    expect(heard).toMatchObject({ event: "message", data: { type: "refetchEvaluation", etag: expect.any(String) } });
    await edit(server, "banner", "bye");
    const first = await stream.next();
    expect(first).toMatchObject({ event: "message", data: { type: "refetchEvaluation" } });
    // The first it hears is the edit of its own flag: the one before it went by in silence.
    expect(streamOf(await askAll(server, TOKENS.browser))).toContain(`&since=${String(first.data["etag"])}`);
    expect(Object.keys(first.data)).toEqual(["type", "etag"]);
    stream.close();
    forServers.close();
  });

  test("starts with the event for whoever holds something older, and in silence for whoever holds what there is", async () => {
    const [older, newer] = [
      streamOf(await askAll(server, TOKENS.browser)),
      async () => streamOf(await askAll(server, TOKENS.browser)),
    ];
    await edit(server, "banner", "hello");
    for (const uri of [older, older.replace(/&since=.*/u, ""), older.replace(/since=.*/u, "since=junk%0A%0Aevent:")]) {
      const stream = await listen(server, uri);
      expect(await stream.next()).toMatchObject({ data: { type: "refetchEvaluation" } });
      stream.close();
    }
    const current = await listen(server, await newer());
    await edit(server, "banner", "bye");
    const { data } = await current.next();
    expect(await newer()).toContain(String(data["etag"]));
    current.close();
  });

  test.each([
    ["a ticket that somebody made up", (uri: string) => uri.replace(/\.[^&]+/u, ".AAAA")],
    ["a ticket of another key", (uri: string) => uri.replace(/ticket=\w/u, "ticket=x")],
    ["no ticket", () => "/ofrep/v1/stream"],
    ["two tickets", (uri: string) => `${uri}&ticket=x`],
    ["a browser key instead", () => `/ofrep/v1/stream?ticket=${TOKENS.browser}`],
  ])("refuses %s", async (_what, forge) => {
    const uri = forge(streamOf(await askAll(server, TOKENS.browser)));
    expect((await server.call("GET", uri, { headers: { origin: app } })).status).toBe(401);
  });

  test("ends with its key, and lets nobody in again", async () => {
    const body = { kind: "browser", name: "page", environment: "production" };
    const made = (await server.operate("createKey", {}, { body })).json as { id: string; secret: string };
    const uri = streamOf(await askAll(server, made.secret));
    const stream = await listen(server, uri);
    await server.operate("revokeKey", { key: made.id });
    await stream.ended;
    expect((await server.call("GET", uri)).status).toBe(401);
  });

  test("keeps its address for as long as its key lives, as clients keep it for weeks", async () => {
    const ticketOf = (uri: string) => new URL(uri, server.url).searchParams.get("ticket");
    const [first, second] = [await askAll(server, TOKENS.browser), await askAll(server, TOKENS.browser)];
    expect(ticketOf(streamOf(first))).toBe(ticketOf(streamOf(second)));
    expect(streamOf(first)).not.toContain(TOKENS.browser);
  });

  test("beats, and at the end of the server says when to come back", async () => {
    const stopping = await openServer({ heartbeatMs: 5 });
    const stream = await listen(stopping, streamOf(await askAll(stopping, TOKENS.browser)));
    await edit(stopping, "banner", "bye");
    await stream.next();
    await stopping.close();
    await stream.ended;
    expect(stream.comments).toContain("heartbeat");
    const [first, last] = [stream.retries[0] ?? 0, stream.retries.at(-1) ?? 0];
    expect([first, stream.retries.length, last >= 1_000 && last <= 11_000]).toEqual([1_000, 2, true]);
  });
});
