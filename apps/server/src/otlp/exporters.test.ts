/** OpenTelemetry's own exporters against a real server: what they send is in the metrics of the variant, once. */

import { type Context, context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestServer, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

const MODEL = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Sum up" }] };
const SUMMARY = {
  type: "object",
  schema: "ai-config",
  purpose: "release",
  owner: "tests",
  permanent: true,
  variants: { mini: { value: MODEL }, resting: { value: { reply: "Resting." } } },
  environments: { production: { enabled: true, fallback: [{ variant: "resting" }], default: { variant: "mini" } } },
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  for (const key of ["json", "protobuf"]) await server.operate("createFlag", {}, { body: { key, definition: SUMMARY } });
  // As an app would be told where to send to.
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `${server.url}/otlp`);
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", `Authorization=Bearer%20${TOKENS.server}`);
  vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const ended = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(ended)] }).getTracer("app");
const namedBy = (flag: string) => ({
  "feature_flag.key": flag,
  "feature_flag.result.variant": "mini",
  "feature_flag.context.id": "user-7",
});

/** A request that evaluates the flag and calls its model below it. */
function callModel(flag: string): { readonly request: Span; readonly call: Span; readonly in: Context } {
  const request = tracer.startSpan("POST /chat");
  request.addEvent("feature_flag.evaluation", namedBy(flag));
  const below = trace.setSpan(context.active(), request);
  const call = tracer.startSpan("chat gpt-4o-mini", {}, below);
  call.setAttributes({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 1_000,
    "gen_ai.usage.output_tokens": 100,
  });
  return { request, call, in: trace.setSpan(below, call) };
}

const PATIENT = { timeout: 20_000 };

/** What both have that is used here. */
type Exporters = readonly [flag: string, trace: typeof OTLPTraceExporter, logs: typeof OTLPLogExporter];

describe.each<Exporters>([
  ["json", OTLPTraceExporter, OTLPLogExporter],
  ["protobuf", ProtobufTraceExporter, ProtobufLogExporter],
])("in %s", (flag, TraceExporter, LogExporter) => {
  test("[otlp-taken] [events-once] a span's call of a model is in the metrics, once however often it is sent", async () => {
    const { request, call } = callModel(flag);
    const failed = callModel(flag);
    failed.call.setStatus({ code: SpanStatusCode.ERROR }).setAttribute("error.type", "RateLimitError");
    for (const span of [call, request, failed.call, failed.request]) span.end();

    const exporter = new TraceExporter();
    const send = () =>
      new Promise<unknown>((resolve) => exporter.export(ended.getFinishedSpans(), ({ code, error }) => resolve(error ?? code)));
    for (let times = 0; times < 3; times++) expect(await send()).toBe(0);
    const once = {
      variant: "mini",
      generations: 2,
      errors: 1,
      people: 1,
      inputTokens: 2_000,
      outputTokens: 200,
      costMicroUsd: 420,
    };
    const metrics = async () => (await server.operate("getMetrics", {}, { query: `?flag=${flag}` })).json;
    await expect.poll(metrics, PATIENT).toMatchObject({ variants: [once] });
    expect((await server.operate("getRun", { run: request.spanContext().traceId })).json).toMatchObject({
      items: [
        {
          kind: "generation",
          source: "server",
          targetingKey: "user-7",
          served: { flag, variant: "mini" },
          requestModel: "gpt-4o-mini",
          responseModel: "gpt-4o-mini-2024-07-18",
          durationMs: expect.any(Number) as number,
        },
      ],
    });
    await exporter.shutdown();
  });

  // The exporters of logs and of spans race each other on a busy machine.
  test("[otlp-taken] log records say which flag was evaluated, and score what was answered", { retry: 2 }, async () => {
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: new LogExporter() })] });
    const logger = provider.getLogger("app");
    const request = tracer.startSpan("POST /chat");
    const below = trace.setSpan(context.active(), request);
    logger.emit({ eventName: "feature_flag.evaluation", attributes: namedBy(flag), context: below });
    await provider.forceFlush();

    const call = tracer.startSpan("chat gpt-4o-mini", { attributes: { "gen_ai.request.model": "gpt-4o-mini" } }, below);
    call.end();
    const exporter = new TraceExporter();
    const mine = ended.getFinishedSpans().filter((span) => span.spanContext().spanId === call.spanContext().spanId);
    await new Promise((resolve) => exporter.export(mine, resolve));

    logger.emit({
      eventName: "gen_ai.evaluation.result",
      attributes: { "gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.value": 0.75 },
      context: trace.setSpan(below, call),
    });
    await provider.forceFlush();
    const run = async () => (await server.operate("getRun", { run: call.spanContext().traceId })).json;
    const served = { flag, variant: "mini" };
    await expect.poll(run, PATIENT).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ kind: "generation", served }),
        expect.objectContaining({ kind: "score", name: "relevance", value: 0.75, served }),
      ]) as unknown,
    });
    await Promise.all([provider.shutdown(), exporter.shutdown()]);
  });
});
