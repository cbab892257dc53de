/** What OFREP's published clients do, and break on: a row for each, over HTTP. */

import { rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider, type OFREPWebProviderOptions } from "@openfeature/ofrep-web-provider";
import { OpenFeature as Servers } from "@openfeature/server-sdk";
import { OpenFeature as Pages, ProviderEvents, type Provider as PageProvider } from "@openfeature/web-sdk";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FlagDefinition } from "@dimmer/evaluation";
import { OFREP_PATH, ProblemError, type OfrepBulkSuccess, type ProblemCode } from "@dimmer/protocol";
import { openHttp } from "../http/open-http.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type Answer, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream } from "../testing/read-stream.contract.ts";
import { ofrepRoutes, type OfrepPorts } from "./routes.ts";
import { WITHOUT_PEOPLE } from "../testing/without-people.contract.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const TIERED: FlagDefinition = {
  type: "string",
  purpose: "config",
  owner: "tests",
  permanent: true,
  audience: "browser",
  variants: { small: { value: "Small" }, big: { value: "Big" } },
  environments: {
    production: {
      enabled: true,
      fallback: "small",
      rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "big" } }],
      default: { variant: "small" },
    },
  },
};

type Settings = Parameters<typeof openTestServer>[0];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-ofrep-"));
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(settings?: Settings): Promise<TestServer> {
  const server = await openTestServer(settings);
  closing.push(() => server.close());
  return server;
}

async function openWithFlags(settings?: Settings): Promise<TestServer> {
  const server = await startWithFlags(settings);
  closing.push(() => server.close());
  return server;
}

async function startWithFlags(settings?: Settings): Promise<TestServer> {
  const server = await openTestServer(settings);
  await server.operate("createFlag", {}, { body: { key: "tiered", definition: TIERED } });
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  return server;
}

const serve = (server: TestServer, variant: string) =>
  server.operate(
    "submitChange",
    {},
    {
      body: {
        operations: [{ kind: "set-serve", flag: "tiered", environment: "production", rule: "default", serve: { variant } }],
      },
    },
  );

interface Question {
  readonly flag?: string;
  readonly context?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = (server: TestServer, { flag, context = {}, token = TOKENS.server, headers = {} }: Question) =>
  server.call("POST", flag === undefined ? OFREP_PATH : `${OFREP_PATH}/${flag}`, { token, body: { context }, headers });

const etagOf = (answer: Answer): string => answer.headers.get("etag") ?? "";

describe("one answer", () => {
  let server: TestServer;
  beforeAll(async () => (server = await startWithFlags()));
  afterAll(() => server.close());
  const items = (answer: Answer) => (answer.json as { flags: object[] }).flags;

  test.each<[string, Question, number, object]>([
    [
      "a flag: key, reason, variant and value, as JSON",
      { flag: "tiered" },
      200,
      { key: "tiered", reason: "DEFAULT", variant: "small", value: "Small" },
    ],
    [
      "a flag that is not there: 404 with a body, as some clients need one",
      { flag: "absent" },
      404,
      { key: "absent", errorCode: "FLAG_NOT_FOUND" },
    ],
    [
      "no targeting key: 400 with key, code and details",
      { flag: "model" },
      400,
      { key: "model", errorCode: "TARGETING_KEY_MISSING", errorDetails: expect.any(String) as string },
    ],
    [
      "a context that is none: 400",
      { flag: "tiered", context: 5 },
      400,
      { key: "tiered", errorCode: "INVALID_CONTEXT", errorDetails: expect.any(String) as string },
    ],
    [
      "all flags with a context that is none: 400 without a key",
      { context: 5 },
      400,
      { errorCode: "INVALID_CONTEXT", errorDetails: expect.any(String) as string },
    ],
    ["no such key: 401", { flag: "tiered", token: "nobody-knows-this-key-012345" }, 401, { code: "unauthenticated" }],
    ["a key of another kind: 403", { flag: "tiered", token: TOKENS.admin }, 403, { code: "forbidden" }],
    ["all flags, no such key: 401", { token: "nobody-knows-this-key-012345" }, 401, { code: "unauthenticated" }],
    ["all flags, a key of another kind: 403", { token: TOKENS.admin }, 403, { code: "forbidden" }],
  ])("%s", async (_what, question, status, body) => {
    const answer = await ask(server, question);
    expect(answer).toMatchObject({ status, json: body });
    expect(answer.headers.get("content-type")).toMatch(
      status === 401 || status === 403 ? /problem\+json/u : /^application\/json/u,
    );
  });

  test("all flags: successes and failures side by side", async () => {
    const answer = await ask(server, {});
    expect(items(answer)).toMatchObject([
      { key: "model", errorCode: "TARGETING_KEY_MISSING", errorDetails: expect.any(String) as string },
      { key: "tiered", value: "Small" },
    ]);
  });

  test("the credential may come as Authorization or as X-API-Key", async () => {
    const answer = await server.call("POST", `${OFREP_PATH}/tiered`, { body: {}, headers: { "x-api-key": TOKENS.server } });
    expect(answer.status).toBe(200);
  });
});

describe("the ETag", () => {
  test("covers the context: 304 for the same person, an answer for another, though the tag is sent along", async () => {
    const server = await openWithFlags();
    const free = { targetingKey: "u", plan: "free" };
    const headers = { "if-none-match": etagOf(await ask(server, { context: free })) };
    const same = await ask(server, { context: free, headers });
    expect([same.status, same.text, etagOf(same)]).toEqual([304, "", headers["if-none-match"]]);
    const upgraded = await ask(server, { context: { ...free, plan: "pro" }, headers });
    expect([upgraded.status, upgraded.text.includes('"Big"')]).toEqual([200, true]);
  });

  test("is another one after a change", async () => {
    const server = await openWithFlags();
    const first = etagOf(await ask(server, {}));
    await serve(server, "big");
    const second = await ask(server, { headers: { "if-none-match": first } });
    expect([second.status, etagOf(second) === first]).toEqual([200, false]);
  });
});

describe("the stream", () => {
  const streamOf = ({ json }: Answer) => (json as OfrepBulkSuccess).eventStreams?.[0]?.endpoint.requestUri ?? "";

  test("has events without an id, and a Last-Event-ID changes nothing: what counts is the position in the address", async () => {
    const server = await openWithFlags();
    const older = streamOf(await ask(server, {}));
    await serve(server, "big");
    const stream = await readStream(server.url + older, { "last-event-id": "7" });
    const told = await stream.next();
    expect([told.id, told.data["type"]]).toEqual([undefined, "refetchEvaluation"]);
    expect(streamOf(await ask(server, {}))).toContain(`&since=${String(told.data["etag"])}`);
    stream.close();
  });

  test("has an address that a restart of the server leaves good: silence for what is known, an event for the next change", async () => {
    const dataDir = makeFolder();
    const first = await openWithFlags({ dataDir });
    const port = Number(new URL(first.url).port);
    const uri = streamOf(await ask(first, {}));
    await first.close();
    const second = await open({ dataDir, port });
    expect(streamOf(await ask(second, {}))).toBe(uri);
    const stream = await readStream(second.url + uri, {});
    await serve(second, "big");
    const told = await stream.next();
    expect(streamOf(await ask(second, {}))).toContain(`&since=${String(told.data["etag"])}`);
    stream.close();
  });
});

/** The routes behind an edge that refuses everything, as a server does that is too busy or stopping. */
async function openRefusing(code: ProblemCode): Promise<string> {
  const key = { id: "k", kind: "server", project: "demo", environment: "production", expiresAt: null };
  const app = openHttp({
    logger: pino({ level: "silent" }),
    authenticate: async () => ({ kind: "key", id: "k", name: "k", grants: [], key: key as never }),
    createRequestId: () => "drawn",
    browserOrigins: [],
    ...WITHOUT_PEOPLE,
  });
  const hub = { current: () => Promise.reject(new ProblemError(code, "Not now.")) } as unknown as OfrepPorts["hub"];
  ofrepRoutes(app, { hub, signingKey: new Uint8Array(32) } as unknown as OfrepPorts);
  closing.push(() => app.close());
  return app.listen({ port: 0, host: "127.0.0.1" });
}

describe("a refusal that is no flag's", () => {
  test.each<[ProblemCode, number, string]>([
    ["too-many-requests", 429, "10"],
    ["store-unavailable", 503, "1"],
  ])("%s is %i and says when to come back, in whole seconds: a date is misread by clients", async (code, status, seconds) => {
    const url = await openRefusing(code);
    for (const path of [OFREP_PATH, `${OFREP_PATH}/tiered`]) {
      const answer = await fetch(url + path, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json", authorization: "Bearer k" },
      });
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, seconds]);
    }
  });

  test("the stock server provider pauses after 429, for these seconds", async () => {
    const provider = new OFREPProvider({
      baseUrl: await openRefusing("too-many-requests"),
      headers: [["Authorization", "Bearer k"]],
    });
    await expect(provider.resolveStringEvaluation("tiered", "mine", {})).rejects.toThrow(/rate limit exceeded/u);
    const paused = /paused due to TooManyRequests until (\S+)/u;
    const failure: Error = await provider.resolveStringEvaluation("tiered", "mine", {}).then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    const secondsLeft = (Date.parse(paused.exec(failure.message)?.[1] ?? "") - Date.now()) / 1_000;
    expect(secondsLeft).toBeGreaterThan(0);
    expect(secondsLeft).toBeLessThanOrEqual(10);
  });
});

describe("the stock server provider", () => {
  const providerFor = (url: string, token: string = TOKENS.server) =>
    new OFREPProvider({ baseUrl: url, headers: [["Authorization", `Bearer ${token}`]] });

  test("keeps nothing: a change counts from the next decision on", async () => {
    const server = await openWithFlags();
    const provider = providerFor(server.url);
    expect(await provider.resolveStringEvaluation("tiered", "", {})).toMatchObject({ value: "Small", variant: "small" });
    await serve(server, "big");
    expect(await provider.resolveStringEvaluation("tiered", "", {})).toMatchObject({ value: "Big", variant: "big" });
  });

  test("serves the default while the server is away, and goes on when it is back", async () => {
    const dataDir = makeFolder();
    const first = await openWithFlags({ dataDir });
    const port = Number(new URL(first.url).port);
    await Servers.setProviderAndWait("restart", providerFor(first.url));
    closing.push(() => Servers.close());
    const client = Servers.getClient("restart");
    expect(await client.getStringValue("tiered", "mine")).toBe("Small");
    await first.close();
    expect(await client.getStringDetails("tiered", "mine")).toMatchObject({ value: "mine", reason: "ERROR" });
    await open({ dataDir, port });
    expect(await client.getStringValue("tiered", "mine")).toBe("Small");
  });
});

describe("the stock web provider that polls", () => {
  /** Statuses of its bulk requests, oldest first. */
  async function poll(server: TestServer, token: string, domain: string): Promise<{ statuses: number[]; opened: Promise<void> }> {
    const statuses: number[] = [];
    const options: OFREPWebProviderOptions = {
      baseUrl: server.url,
      headers: [["Authorization", `Bearer ${token}`]],
      pollInterval: 20,
      cacheMode: "disabled",
      changeDetection: "polling",
      fetchImplementation: async (...args: Parameters<typeof fetch>) => {
        const answer = await fetch(...args);
        statuses.push(answer.status);
        return answer;
      },
    };
    await Pages.setContext(domain, { targetingKey: "u", plan: "free" });
    closing.push(() => Pages.close());
    return { statuses, opened: Pages.setProviderAndWait(domain, new OFREPWebProvider(options) as PageProvider) };
  }

  test("hears 304 while nothing changes, a change when there is one, and another person's answers at once", async () => {
    const server = await openWithFlags();
    const { statuses, opened } = await poll(server, TOKENS.browser, "polls");
    await opened;
    const client = Pages.getClient("polls");
    const changed: unknown[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => changed.push(details?.flagsChanged));
    await expect.poll(() => statuses.slice(0, 3)).toEqual([200, 304, 304]);
    expect([client.getStringValue("tiered", ""), changed]).toEqual(["Small", []]);
    await serve(server, "big");
    await expect.poll(() => changed).toEqual([["tiered"]]);
    expect(client.getStringValue("tiered", "")).toBe("Big");
    await serve(server, "small");
    await expect.poll(() => client.getStringValue("tiered", "")).toBe("Small");
    await Pages.setContext("polls", { targetingKey: "u", plan: "pro" });
    expect(client.getStringValue("tiered", "")).toBe("Big");
    expect(client.getStringDetails("model", "mine")).toMatchObject({ value: "mine", errorCode: "FLAG_NOT_FOUND" });
  });

  test("stops for good at a key that is refused", async () => {
    const server = await openWithFlags();
    const refused = await poll(server, "nobody-knows-this-key-012345", "refused");
    await expect(refused.opened).rejects.toThrow("Initialization failed");
    const accepted = await poll(server, TOKENS.browser, "accepted");
    await expect.poll(() => accepted.statuses.length).toBeGreaterThan(5);
    expect(refused.statuses).toEqual([401]);
  });
});
