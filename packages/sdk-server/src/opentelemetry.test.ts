/** Evaluations as events, recorded by OpenTelemetry's own SDK. */

import { OpenFeature, type Client } from "@openfeature/server-sdk";
import { context, diag, DiagLogLevel, trace, type DiagLogger } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import * as incubating from "@opentelemetry/semantic-conventions/incubating";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openThings } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { ATTRIBUTES, EVALUATION_EVENT } from "./opentelemetry/attributes.ts";
import { TEXT_MAX_CHARACTERS } from "./opentelemetry/evaluation-event.ts";
// By their published names, so that the entries themselves are under test.
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { evaluationEvents, recordEvaluations } from "@dimmer/sdk-server/opentelemetry";

const { open } = openThings();
const exporter = new InMemoryLogRecordExporter();
const loud: string[] = [];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
  const hear = (message: string): void => void loud.push(message);
  diag.setLogger({ error: hear, warn: hear, info() {}, debug() {}, verbose() {} } satisfies DiagLogger, {
    logLevel: DiagLogLevel.WARN,
  });
});
beforeEach(() => {
  exporter.reset();
  loud.length = 0;
});
afterEach(async () => OpenFeature.close());

const records = () => exporter.getFinishedLogRecords();
const attributes = () => records().map((record) => record.attributes);

async function ask(hook = evaluationEvents()): Promise<Client> {
  await OpenFeature.setProviderAndWait(new DimmerProvider({ snapshot: testSnapshot() }));
  const client = OpenFeature.getClient();
  client.addHooks(hook);
  return client;
}

test("[evaluation-events] the names are those that OpenTelemetry publishes, and none that it has replaced", () => {
  const published: Readonly<Record<string, unknown>> = incubating;
  const names = Object.entries(published).filter(([name]) => name.startsWith("ATTR_FEATURE_FLAG_"));
  const replaced = new Set(["feature_flag.evaluation.error.message", "feature_flag.evaluation.reason", "feature_flag.variant"]);
  const current = names.map(([, value]) => value).filter((value) => !replaced.has(value as string));
  expect(new Set([...current, incubating.ATTR_ERROR_TYPE])).toEqual(new Set(Object.values(ATTRIBUTES)));
  expect(incubating.EVENT_FEATURE_FLAG_EVALUATION).toBe(EVALUATION_EVENT);
});

test("[evaluation-events] an evaluation is one event with every attribute that is known, and without its value", async () => {
  const client = await ask();
  await client.getStringValue("text", "", { targetingKey: "user-1" });
  expect(records().map(({ eventName, instrumentationScope }) => [eventName, instrumentationScope.name])).toEqual([
    ["feature_flag.evaluation", "@dimmer/sdk-server"],
  ]);
  expect(attributes()).toEqual([
    {
      "feature_flag.key": "text",
      "feature_flag.provider.name": "dimmer",
      "feature_flag.result.reason": "static",
      "feature_flag.result.variant": "one",
      "feature_flag.context.id": "user-1",
      "feature_flag.set.id": "demo/production",
      "feature_flag.version": "1",
    },
  ]);
});

test.each<[string, (client: Client) => Promise<unknown>, object]>([
  [
    "an unknown flag",
    (client) => client.getBooleanValue("nobody", false),
    { "error.type": "flag_not_found", "feature_flag.error.message": "there is no such flag in this environment" },
  ],
  [
    "another type",
    (client) => client.getNumberValue("text", 1),
    { "error.type": "type_mismatch", "feature_flag.error.message": "The flag serves a string, not a number." },
  ],
])("%s is an event with the reason, the type and the message of the error", async (_name, evaluate, expected) => {
  await evaluate(await ask());
  expect(attributes()).toMatchObject([{ "feature_flag.result.reason": "error", ...expected }]);
  expect(attributes()[0]).not.toHaveProperty(ATTRIBUTES.variant);
  expect(attributes()[0]).not.toHaveProperty(ATTRIBUTES.value);
});

test("values are recorded only of the flags that are named, or of all: scalars as they are, structures as JSON", async () => {
  const client = await ask(evaluationEvents({ recordValues: ["num", "obj", "bool"] }));
  await client.getNumberValue("num", 0);
  await client.getBooleanValue("bool", false);
  await client.getObjectValue("obj", {});
  await client.getStringValue("text", "");
  const json = '{"model":"opus","parameters":{"maxTokens":800}}';
  expect(attributes().map((found) => found[ATTRIBUTES.value])).toEqual([0.7, true, json, undefined]);
  exporter.reset();
  await client.getStringValue("text", "", {}, { hooks: [evaluationEvents({ recordValues: true })] });
  expect(attributes().map((found) => found[ATTRIBUTES.value])).toContain("opus");
});

test("a value has a greatest length, and a targeting key can be left out", () => {
  const long = testSnapshot({ values: { "string-one": JSON.stringify("x".repeat(10_000)), "string-two": '""' } });
  const snapshot = { ...long, flags: { text: staticFlag("string", "one") } };
  const dimmer = recordEvaluations(open({ snapshot }), { recordValues: true, recordContextId: false });
  expect(dimmer.string("text", { targetingKey: "someone@example.com" }, "")).toHaveLength(10_000);
  expect(attributes()[0]?.[ATTRIBUTES.value]).toHaveLength(TEXT_MAX_CHARACTERS);
  expect(attributes()[0]).not.toHaveProperty(ATTRIBUTES.contextId);
});

test("an event belongs to the span that is active", async () => {
  const client = await ask();
  const span = new BasicTracerProvider().getTracer("test").startSpan("request");
  await context.with(trace.setSpan(context.active(), span), async () => client.getBooleanValue("bool", false));
  await client.getBooleanValue("bool", false);
  expect(records().map((record) => record.spanContext?.spanId)).toEqual([span.spanContext().spanId, undefined]);
  span.end();
});

test("the native client and its scopes record the same, whatever they are asked with", () => {
  const dimmer = recordEvaluations(open({ snapshot: testSnapshot() }));
  dimmer.boolean("bool", { targetingKey: "user-1" }, false);
  dimmer.objectDetails("obj", {}, {});
  dimmer.scope({ targetingKey: "user-2" }).number("num", 0);
  expect(dimmer.boolean("nobody", null as never, true)).toBe(true);
  expect(attributes().map((found) => [found[ATTRIBUTES.key], found[ATTRIBUTES.contextId]])).toEqual([
    ["bool", "user-1"],
    ["obj", undefined],
    ["num", "user-2"],
    ["nobody", undefined],
  ]);
  expect(attributes()[0]).toMatchObject({ "feature_flag.provider.name": "dimmer", "feature_flag.set.id": "demo/production" });
  expect([dimmer.status, dimmer.staleForMs, dimmer.snapshotVersion?.version]).toEqual(["READY", 0, 1]);
});

test("any provider's evaluations fit: without a reason, with a context id of its own and a number for a version", async () => {
  const answer = <T>(_key: string, value: T) =>
    Promise.resolve({ value, flagMetadata: { contextId: "device-7", version: 3, flagSetId: "" } });
  await OpenFeature.setProviderAndWait({
    metadata: { name: "another" },
    resolveBooleanEvaluation: answer,
    resolveStringEvaluation: answer,
    resolveNumberEvaluation: answer,
    resolveObjectEvaluation: answer,
  });
  await OpenFeature.getClient().getNumberValue("f", 1, { targetingKey: "user-1" }, { hooks: [evaluationEvents()] });
  expect(attributes()).toEqual([
    {
      "feature_flag.key": "f",
      "feature_flag.provider.name": "another",
      "feature_flag.result.reason": "unknown",
      "feature_flag.context.id": "device-7",
      "feature_flag.version": "3",
    },
  ]);
});

const hostile = {
  get targetingKey(): string {
    throw new Error("not to be read");
  },
};

test("what cannot be recorded is told to OpenTelemetry's own log, and harms no look-up", () => {
  const dimmer = recordEvaluations(open({ snapshot: testSnapshot() }));
  expect(dimmer.boolean("bool", hostile, false)).toBe(true);
  expect(records()).toEqual([]);
  expect(loud).toEqual(['feature_flag.evaluation of "bool" was not recorded.']);
});

test("without a LoggerProvider nothing is looked at", () => {
  logs.disable();
  const dimmer = recordEvaluations(open({ snapshot: testSnapshot() }));
  expect(dimmer.boolean("bool", hostile, false)).toBe(true);
  expect([records(), loud]).toEqual([[], []]);
});
