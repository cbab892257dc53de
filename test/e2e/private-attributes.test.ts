/** One canary in every private attribute and in every error that one can cause, then a look at all that leaves and all that rests. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type EvaluationContext as OpenFeatureContext, OpenFeature } from "@openfeature/server-sdk";
import { diag, DiagLogLevel } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import type { ContextDeclaration, EvaluationContext, FlagDefinition } from "@dimmer/evaluation";
import { openApiOf, type RunningServer, startServer } from "@dimmer/server";
import { type Dimmer, openDimmer } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { evaluationEvents, recordEvaluations } from "@dimmer/sdk-server/opentelemetry";
import { drawCanary, filesBelow, findCanaries, type Places } from "./canary.ts";
import { drawKeys, makeFolder } from "./processes.ts";

/** The value of private attributes, the person who asks, and a value that everybody may see: it must be found. */
const PRIVATE = drawCanary("private");
const PERSON = drawCanary("person");
const SEEN = drawCanary("seen");
const KEYS = drawKeys();
/** Telemetry looks at one context in so many. */
const LOOK_EVERY = 64;

const DECLARED: ContextDeclaration = {
  attributes: {
    plan: { type: "string", values: [SEEN, "free"] },
    email: { type: "string", private: true },
    tier: { type: "number", private: true },
    grade: { type: "string", values: ["gold", "silver"], private: true },
    roles: { type: "string", list: true, private: true },
    network: { type: "ip", private: true },
    build: { type: "semver", private: true },
    since: { type: "instant", private: true },
    "org.secret": { type: "string", private: true },
  },
};

/** What was counted before goes on being kept for its time, and is shown no more. */
const withPrivatePlan = ({ attributes }: ContextDeclaration): ContextDeclaration => ({
  attributes: { ...attributes, plan: { type: "string", values: ["free", SEEN], private: true } },
});

/** Every operator looks at a private attribute, and who gets through is split by one. */
const GREETING: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "tests",
  removeBy: "2099-12-31",
  audience: "browser",
  variants: { one: { value: "1", only: { not: { grade: "gold" } } }, two: { value: "2" } },
  environments: {
    production: {
      enabled: true,
      fallback: "two",
      rules: [
        { id: "tier", when: { tier: { gt: 3 } }, serve: { variant: "one" } },
        { id: "network", when: { network: { cidr: "10.0.0.0/8" } }, serve: { variant: "one" } },
        { id: "build", when: { build: { semver: { gte: "1.0.0" } } }, serve: { variant: "one" } },
        { id: "since", when: { since: { before: "2026-01-01T00:00:00Z" } }, serve: { variant: "one" } },
        { id: "roles", when: { roles: { contains: "x" }, email: { matches: "@never$" } }, serve: { variant: "one" } },
        { id: "secret", when: { "org.secret": { startsWith: "never" } }, serve: { variant: "one" } },
      ],
      default: { split: { one: 50, two: 50 }, by: "email" },
    },
  },
};

/** One that fits what is declared, and those that are of no declared type or value. */
const CONTEXTS: readonly EvaluationContext[] = [
  { targetingKey: PERSON, plan: SEEN, email: PRIVATE, roles: [PRIVATE], org: { secret: PRIVATE } },
  { targetingKey: PERSON, email: { [PRIVATE]: { [PRIVATE]: PRIVATE } }, tier: PRIVATE, grade: PRIVATE, roles: PRIVATE },
  { targetingKey: PERSON, network: PRIVATE, build: PRIVATE, since: PRIVATE, org: { secret: { [PRIVATE]: [PRIVATE] } } },
  { targetingKey: PERSON, email: [PRIVATE], roles: [{ [PRIVATE]: PRIVATE }], grade: [PRIVATE] },
  // Whoever writes JavaScript may.
  { targetingKey: { [PRIVATE]: PERSON } as unknown as string, email: null },
];

/** What no JSON body should be, around what nobody should see. */
const BROKEN_BODIES: readonly string[] = [
  `{"context":{"email":"${PRIVATE}`,
  `{"context":"${PRIVATE}"}`,
  `["${PRIVATE}"]`,
  `"${PRIVATE}"`,
  `{"context":{"email":"${PRIVATE}","email":"${PRIVATE}\\ud800"}}${PRIVATE}`,
  `{"context":{"email":${"[".repeat(200)}"${PRIVATE}"}}`,
  JSON.stringify({ context: { email: PRIVATE.repeat(4_000) } }),
  JSON.stringify({ context: Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`${PRIVATE}${at}`, PRIVATE])) }),
  JSON.stringify({ context: { email: PRIVATE, dimmerContext: PRIVATE, dimmerOverrides: `${PRIVATE}.${PRIVATE}.${PRIVATE}` } }),
];

/** Everything that was said to somebody, with a name for the report. */
const said: Record<string, string> = {};
const hear = (place: string, text: string): void => void (said[place] = `${said[place] ?? ""}${text}\n`);

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly text: string;
}

async function call(server: RunningServer, method: string, path: string, key: string, body?: object | string): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const answer = await fetch(server.url + path, { method, headers, ...(text === undefined ? {} : { body: text }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  // What was asked is the asker's own; the answer may quote none of it.
  hear(
    `the answer to ${method} ${path.replaceAll(PRIVATE, "…")}`,
    JSON.stringify([...answer.headers]) + bytes.toString("latin1"),
  );
  return { status: answer.status, bytes, text: bytes.toString() };
}

async function submit(server: RunningServer, ...operations: readonly object[]): Promise<void> {
  const { status, text } = await call(server, "POST", "/api/v1/projects/default/changes", KEYS.token, { operations });
  expect([status, text]).toEqual([200, expect.any(String)]);
}

/** Opens a stream and hears all of it until it is closed. */
async function listen(
  server: RunningServer,
  place: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<() => void> {
  const abort = new AbortController();
  const stream = await fetch(server.url + path, { headers, signal: abort.signal });
  expect(stream.status).toBe(200);
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) hear(place, decoder.decode(chunk, { stream: true }));
  };
  void read().catch(() => {});
  return () => abort.abort();
}

/** A receiver of webhooks, which the server may dial here. */
async function openReceiver(): Promise<string> {
  const receiver = createServer((request, response) => {
    hear("webhooks", JSON.stringify(request.rawHeaders));
    request.on("data", (chunk: Buffer) => hear("webhooks", chunk.toString()));
    request.on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void receiver.close());
  await once(receiver, "listening");
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
}

async function askRemotely(server: RunningServer, signed: string): Promise<void> {
  const bodies = [...CONTEXTS, { dimmerContext: signed, email: PRIVATE }].map((context) => JSON.stringify({ context }));
  for (const key of [KEYS.key, KEYS.browserKey]) {
    for (const body of bodies) {
      const ask = () => call(server, "POST", "/ofrep/v1/evaluate/flags/greeting", key, body);
      await Promise.all(Array.from({ length: LOOK_EVERY }, ask));
    }
    for (const body of [...bodies, ...BROKEN_BODIES]) {
      for (const path of ["/ofrep/v1/evaluate/flags/absent", `/ofrep/v1/evaluate/flags?email=${PRIVATE}`])
        await call(server, "POST", path, key, body);
    }
  }
}

/** An SDK that lies, or is of a time in which the attributes were for all to see. */
async function sendHostileBatches(server: RunningServer): Promise<void> {
  const count = { seen: 1, missing: 0, mistyped: 0, notAllowed: 0 };
  const values = [{ value: PRIVATE, count: 1 }];
  const batch = {
    format: 1,
    batch: "0123456789abcdef",
    minute: Date.now(),
    dropped: 0,
    evaluations: [{ flag: "greeting", reason: "SPLIT", count: 1 }],
    people: [],
    attributes: ["email", "org.secret"].map((path) => ({ path: `${path}.${PRIVATE}`, types: ["string"] })),
    contexts: Object.keys(DECLARED.attributes).map((path) => ({ ...count, path, values })),
  };
  const broken = [
    { batch: PRIVATE.repeat(3) },
    { minute: PRIVATE },
    { people: [{ sketch: PRIVATE }] },
    { contexts: [{ seen: PRIVATE }] },
  ];
  for (const more of [{}, ...broken]) await call(server, "POST", "/sdk/v1/evaluations", KEYS.key, { ...batch, ...more });
}

/** What an app tells of a person, and whom it was told of asked for by name, in a project that keeps no names. */
async function tellOfPerson(server: RunningServer): Promise<void> {
  const told = { at: Date.now(), targetingKey: PERSON, run: "run-1" };
  const served = { flag: "greeting", variant: "one" };
  const events = [
    { ...told, id: "event-of-the-person-1", kind: "exposure", served },
    { ...told, id: "event-of-the-person-2", kind: "feedback", name: "comment", comment: "Too long." },
    { ...told, id: "event-of-the-person-3", kind: "metric", name: "bought", value: 1 },
  ];
  await call(server, "PUT", "/api/v1/projects/default/telemetry", KEYS.token, { hashTargetingKeys: true });
  const sent = await call(server, "POST", "/sdk/v1/events", KEYS.key, { events });
  expect(sent.text).toContain('"accepted":3');
  const path = `/api/v1/projects/default/environments/production/events?targetingKey=${PERSON}`;
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${KEYS.token}` } });
  const text = await answer.text();
  hear("the answer about the person", text);
  expect(text.match(/"targetingKey":"hashed:[0-9a-f]{32}"/gu)).toHaveLength(3);
}

/** Everything that can be read of the API, as whoever may and as those who may not. */
async function readEverything(server: RunningServer, webhook: string): Promise<void> {
  const params: Readonly<Record<string, string>> = {
    project: "default",
    environment: "production",
    flag: "greeting",
    webhook,
  };
  const paths = openApiOf(server.app)["paths"] as Readonly<Record<string, object>>;
  for (const [path, methods] of Object.entries(paths)) {
    if (!("get" in methods) || path.includes("stream") || path.endsWith("/live")) continue;
    const filled = path.replace(/\{(\w+)\}/gu, (_, name: string) => params[name] ?? "nothing");
    for (const key of [KEYS.token, KEYS.key, KEYS.browserKey]) await call(server, "GET", filled, key);
  }
}

const recorded = new InMemoryLogRecordExporter();

/** The SDK with everything it has: cache, log, telemetry, events, tokens, scopes. */
function openApp(server: RunningServer, cacheDir: string): Dimmer {
  const log = (level: string) => (message: string) => hear(`the SDK's log, ${level}`, message);
  const client = openDimmer({
    url: server.url,
    key: KEYS.key,
    cacheDir,
    logger: { debug: log("debug"), warn: log("warn"), error: log("error") },
    ports: {
      fetch: (url, init) => {
        const { body } = init;
        const plain = body instanceof Uint8Array ? gunzipSync(body).toString() : body;
        hear("what the SDK sends", `${url} ${JSON.stringify({ ...init, body: plain })}`);
        return fetch(url, init);
      },
    },
  });
  onTestFinished(() => client.close());
  return client;
}

function trap(name: string): object {
  return Object.defineProperty({ targetingKey: PERSON }, name, {
    enumerable: true,
    get: () => {
      throw new Error(`${name} is ${PRIVATE}`);
    },
  });
}

async function askLocally(client: Dimmer): Promise<void> {
  const events = recordEvaluations(client, { recordValues: true, recordContextId: false });
  await OpenFeature.setProviderAndWait(new DimmerProvider({ client }));
  onTestFinished(() => OpenFeature.close());
  const openFeature = OpenFeature.getClient();
  openFeature.addHooks(evaluationEvents({ recordValues: true, recordContextId: false }));
  recordEvaluations(client).string("greeting", trap("targetingKey") as EvaluationContext, "");
  for (const given of [...CONTEXTS, trap("email"), trap("targetingKey"), PRIVATE]) {
    const context = given as EvaluationContext;
    for (let time = 0; time < LOOK_EVERY; time++) client.string("greeting", context, "");
    hear("the SDK's details", JSON.stringify(events.stringDetails("greeting", context, "")));
    hear("the SDK's details", JSON.stringify(events.numberDetails("greeting", context, 0)));
    const scope = client.scope(context);
    hear("the SDK's details", JSON.stringify(scope.stringDetails("greeting", "")));
    scope.close();
    client.track("bought", context);
    // OpenFeature itself copies contexts, and so falls into traps.
    if (CONTEXTS.includes(context)) await openFeature.getNumberDetails("greeting", 0, context as OpenFeatureContext);
    await client.flush();
  }
}

test("[private-attributes] [keys-hashed] A49 I39 a private value, and a key that is kept only hashed, is in nothing that leaves and in nothing that rests, whatever is done with it", async () => {
  let logged = "";
  const dataDir = join(makeFolder(), "data");
  const cacheDir = join(makeFolder(), "cache");
  const server = await startServer({
    port: 0,
    dataDir,
    secretKey: "a-secret-key-for-tests-of-at-least-32-bytes",
    initAdminToken: KEYS.token,
    initServerKey: KEYS.key,
    initBrowserKey: KEYS.browserKey,
    webhookAllowPrivate: true,
    heartbeatMs: 50,
    logger: pino({ level: "trace" }, { write: (line: string) => void (logged += line) }),
  });
  onTestFinished(() => server.close());
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: recorded })] }));
  const diagnose = (message: string, ...more: readonly unknown[]) =>
    hear("OpenTelemetry's diag", [message, ...more].map(String).join(" "));
  const loud = { error: diagnose, warn: diagnose, info: diagnose, debug: diagnose, verbose: diagnose };
  diag.setLogger(loud, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  const warn = (warning: Error) => hear("warnings of the process", String(warning.stack));
  process.on("warning", warn);
  onTestFinished(() => void process.off("warning", warn));

  await submit(
    server,
    { kind: "declare-context", context: DECLARED },
    { kind: "create-flag", flag: "greeting", definition: GREETING },
  );
  const hook = { url: await openReceiver() };
  const made = await call(server, "POST", "/api/v1/projects/default/webhooks", KEYS.token, hook);
  const { id: webhook } = JSON.parse(made.text) as { id: string };
  const closeSdkStream = await listen(server, "the SDK's stream", "/sdk/v1/stream", { authorization: `Bearer ${KEYS.key}` });
  const bulk = await call(server, "POST", "/ofrep/v1/evaluate/flags", KEYS.browserKey, { context: CONTEXTS[0] });
  const ticket = /ticket=([^"&\\]+)/u.exec(bulk.text)?.[1] ?? "";
  const closeOfrepStream = await listen(server, "the OFREP stream", `/ofrep/v1/stream?ticket=${ticket}`, {});

  const app = openApp(server, cacheDir);
  await app.ready();
  await askLocally(app);
  await askRemotely(server, await app.signContext({ targetingKey: PERSON, email: PRIVATE }));
  await sendHostileBatches(server);
  await tellOfPerson(server);
  await submit(server, { kind: "stop", flag: "greeting", environment: "production", variant: "one" });
  await expect.poll(() => said["webhooks"], { timeout: 20_000 }).toContain("change.applied");
  const attributes = "/api/v1/projects/default/environments/production/attributes";
  await expect.poll(async () => (await call(server, "GET", attributes, KEYS.token)).text, { timeout: 20_000 }).toContain(SEEN);
  await readEverything(server, webhook);
  await submit(server, { kind: "declare-context", context: withPrivatePlan(DECLARED) });
  expect((await call(server, "GET", attributes, KEYS.token)).text).not.toContain(SEEN);
  const backup = (await call(server, "POST", "/api/v1/backups", KEYS.token)).bytes;
  const running = filesBelow(dataDir);
  closeSdkStream();
  closeOfrepStream();
  await app.close();
  await server.close();

  const events = recorded.getFinishedLogRecords().map(({ attributes: told, body }) => ({ ...told, body }));
  const places: Places = {
    ...said,
    ...Object.fromEntries(Object.entries(running).map(([file, bytes]) => [`${file} while it runs`, bytes])),
    ...filesBelow(dataDir),
    ...filesBelow(cacheDir),
    "the backup": backup,
    "the log": logged,
    "OpenTelemetry's events": JSON.stringify(events),
  };
  expect(findCanaries(places, [PRIVATE, PERSON])).toEqual([]);

  // Otherwise nothing would be found because nothing is looked at, or nothing looked at what is private.
  // What the telemetry store wrote last is in its log where the machine is too busy to close it in time.
  const found = findCanaries(places, [SEEN]).map((place) => place.replace(/^.*\/|\.wal$/gu, ""));
  expect(found).toEqual(expect.arrayContaining(["dimmer.db", "telemetry.duckdb", "the backup", "what the SDK sends"]));
  expect(findCanaries(filesBelow(cacheDir), [SEEN])).toHaveLength(1);
  expect(JSON.stringify(app.explain("greeting", CONTEXTS[0] ?? {}))).toContain(PRIVATE);
  for (const [place, text] of [
    ["the log", "/ofrep/v1/evaluate/flags/*"],
    ["the SDK's stream", "greeting"],
    ["the OFREP stream", "refetchEvaluation"],
    ["the SDK's log, warn", "track"],
    ["the SDK's details", "TARGETING_KEY_MISSING"],
    ["OpenTelemetry's events", "feature_flag.key"],
    ["OpenTelemetry's diag", "was not recorded"],
    [`the answer to GET ${attributes}`, '"mistyped":'],
    ["the answer to GET /metrics", "dimmer_telemetry"],
  ] as const)
    expect([place, String(places[place])]).toEqual([place, expect.stringContaining(text)]);
});
