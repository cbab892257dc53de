/** OpenTelemetry: every evaluation is an event that belongs to the request's span, and says who got what and why, but no value. */

import assert from "node:assert/strict";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { evaluationEvents } from "@dimmer/sdk-server/opentelemetry";
import { OpenFeature } from "@openfeature/server-sdk";
import { context, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";

// An app has OpenTelemetry set up already, with an exporter to its backend; this one keeps what it would send.
const exporter = new InMemoryLogRecordExporter();
logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracer = new BasicTracerProvider().getTracer("app");

OpenFeature.addHooks(evaluationEvents());
await OpenFeature.setProviderAndWait(new DimmerProvider()); // DIMMER_URL and DIMMER_KEY
const flags = OpenFeature.getClient();

const request = tracer.startSpan("POST /chat");
await context.with(trace.setSpan(context.active(), request), async () => {
  await flags.getStringValue("chat-model", "none", { targetingKey: "user-7" });
  await flags.getBooleanValue("no-such-flag", false, { targetingKey: "user-7" });
});
request.end();

const [chosen, missing] = exporter.getFinishedLogRecords();
assert.ok(chosen !== undefined && missing !== undefined, "two evaluations are two events");
console.log(chosen.eventName, chosen.attributes);
console.log(missing.eventName, missing.attributes);
assert.equal(chosen.eventName, "feature_flag.evaluation");
assert.equal(chosen.attributes["feature_flag.key"], "chat-model");
assert.equal(chosen.attributes["feature_flag.result.reason"], "split", "chat-model splits people between two models");
assert.equal(typeof chosen.attributes["feature_flag.result.variant"], "string");
assert.equal(chosen.attributes["feature_flag.context.id"], "user-7");
assert.equal(chosen.attributes["feature_flag.set.id"], "demo/production");
assert.ok(!("feature_flag.result.value" in chosen.attributes), "a value may be a prompt, and stays here");
assert.equal(chosen.spanContext?.spanId, request.spanContext().spanId, "the event belongs to the request");
assert.equal(missing.attributes["error.type"], "flag_not_found");

await OpenFeature.close();
console.log("ok");
