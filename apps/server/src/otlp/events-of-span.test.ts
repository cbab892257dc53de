/** What a span tells, as an event: measures, failures, steps, and nothing of what was said to a model. */

import { beforeEach, expect, test } from "vitest";
import { EVENT_LIMITS } from "@dimmer/protocol";
import { ALL_WELL, CALL, named, openSampleIntake, type SampleIntake } from "./sample-intake.contract.ts";
import { eventAt, type SampleSpan, spanId, STARTED_AT, TRACE_ID } from "./sample-spans.contract.ts";

let world: SampleIntake;
beforeEach(() => {
  world = openSampleIntake();
});

test("everything that OpenTelemetry has a name for", () => {
  const told = {
    ...named("summary"),
    "feature_flag.result.reason": "targeting_match",
    "feature_flag.version": "12",
    "feature_flag.context.id": "user-7",
    "feature_flag.set.id": "shop/production",
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.conversation.id": "conversation-1",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.request.stream": true,
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.response.finish_reasons": ["end_turn", "SAFETY"],
    "gen_ai.response.time_to_first_chunk": 0.1234,
    "gen_ai.usage.input_tokens": 1_000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 10,
    "gen_ai.usage.cache_creation.input_tokens": 20,
    "gen_ai.usage.reasoning.output_tokens": 30,
    "http.response.status_code": 200,
    "gen_ai.input.messages": "canary",
  };
  expect(world.send({ attributes: told })).toEqual(ALL_WELL);
  world.check([
    {
      kind: "generation",
      id: TRACE_ID + spanId(1),
      at: STARTED_AT + 250,
      run: TRACE_ID,
      task: TRACE_ID,
      conversation: "conversation-1",
      targetingKey: "user-7",
      served: { flag: "summary", variant: "mini", reason: "TARGETING_MATCH", version: "12" },
      operation: "chat",
      attempt: 1,
      durationMs: 250,
      timeToFirstChunkMs: 123.4,
      provider: "openai",
      requestModel: "gpt-4o-mini",
      responseModel: "gpt-4o-mini-2024-07-18",
      responseId: "chatcmpl-1",
      stream: true,
      inputTokens: 1_000,
      outputTokens: 100,
      cacheReadInputTokens: 10,
      cacheCreationInputTokens: 20,
      reasoningOutputTokens: 30,
      finishReasons: ["stop", "content_filter"],
      refused: true,
      httpStatus: 200,
    },
  ]);
  expect(JSON.stringify(world.events)).not.toContain("canary");
});

test.each<[what: string, attributes: SampleSpan["attributes"], expected: object]>([
  [
    "what it does not say is unknown",
    {},
    { inputTokens: undefined, outputTokens: undefined, provider: undefined, errorType: undefined },
  ],
  ["the names of before", { "gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": 7 }, { provider: "openai", inputTokens: 7 }],
  [
    "tokens that nobody can count",
    { "gen_ai.usage.input_tokens": -1, "gen_ai.usage.output_tokens": 1e9 },
    { inputTokens: undefined, outputTokens: undefined },
  ],
  ["half a token", { "gen_ai.usage.input_tokens": 1.5 }, { inputTokens: undefined }],
  [
    "one finish reason as a text",
    { "gen_ai.response.finish_reasons": "tool_use" },
    { finishReasons: ["tool_calls"], refused: undefined },
  ],
  ["a refusal", { "gen_ai.response.finish_reasons": ["refusal"] }, { refused: true }],
  ["a first chunk before the call", { "gen_ai.response.time_to_first_chunk": -1 }, { timeToFirstChunkMs: undefined }],
  ["a first chunk in whole seconds", { "gen_ai.response.time_to_first_chunk": 2 }, { timeToFirstChunkMs: 2_000 }],
  ["a conversation's id that is too long", { "gen_ai.conversation.id": "a".repeat(129) }, { conversation: undefined }],
  ["a status that is none", { "http.response.status_code": 7 }, { httpStatus: undefined }],
  ["a reason that inherits", { "gen_ai.response.finish_reasons": ["constructor"] }, { finishReasons: ["constructor"] }],
])("%s", (_what, attributes, expected) => {
  expect(world.send({ attributes: { ...named("summary"), ...CALL, ...attributes } })).toEqual(ALL_WELL);
  world.check([expected]);
});

test.each<[said: string, type: string, status?: number]>([
  ["timeout", "timeout"],
  ["429", "rate_limited", 429],
  ["529", "overloaded", 529],
  ["500", "server_error", 500],
  ["openai.RateLimitError", "rate_limited"],
  ["anthropic.AuthenticationError", "unauthenticated"],
  ["APIConnectionTimeoutError", "timeout"],
  ["context_length_exceeded", "context_length"],
  ["ECONNRESET", "network"],
  ["_OTHER", "unknown"],
  ["constructor", "unknown"],
])("an error of type %s is %s", (said, errorType, httpStatus) => {
  world.send({ attributes: { ...named("summary"), ...CALL, "error.type": said }, status: 2 });
  world.check([{ errorType, httpStatus }]);
});

test("a failure without a type is what was thrown, or unknown; what was thrown and dealt with is none", () => {
  const thrown = eventAt(9, "exception", { "exception.type": "openai.APITimeoutError" });
  const attributes = { ...named("summary"), ...CALL };
  world.send(
    { attributes, status: 2, events: [thrown] },
    { id: spanId(2), attributes, status: 2 },
    { id: spanId(3), attributes, events: [thrown] },
  );
  world.send({ id: spanId(4), attributes: { ...attributes, "http.response.status_code": 503 }, status: 2 });
  world.check([{ errorType: "timeout" }, { errorType: "unknown" }, { errorType: undefined }, { errorType: "overloaded" }]);
});

test.each<[what: string, attributes: NonNullable<SampleSpan["attributes"]>, expected: readonly object[]]>([
  ["a model without an operation is a chat", { "gen_ai.request.model": "m" }, [{ kind: "generation", operation: "chat" }]],
  ["embeddings are a call", { "gen_ai.operation.name": "embeddings" }, [{ kind: "generation", operation: "embeddings" }]],
  [
    "an own operation of a model is a call",
    { "gen_ai.operation.name": "rerank", "gen_ai.request.model": "m" },
    [{ kind: "generation", operation: "rerank" }],
  ],
  [
    "a tool is a step",
    { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
    [{ kind: "step", operation: "execute_tool", name: "search", durationMs: 250 }],
  ],
  [
    "a retrieval is a step",
    { "gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "docs" },
    [{ kind: "step", name: "docs" }],
  ],
  [
    "an agent sums up what is below it",
    { "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 5 },
    [],
  ],
  ["a request of the app's", { "http.route": "/chat" }, []],
])("%s", (_what, attributes, expected) => {
  expect(world.send({ attributes: { ...named("open"), ...attributes } })).toEqual(ALL_WELL);
  world.check(expected);
});

test("times that are none of a call are refused by the span, and are nobody's business elsewhere", () => {
  const attributes = { ...named("summary"), ...CALL };
  expect(world.send({ attributes, ms: -1 }, { attributes: {}, ms: -1 })).toEqual({
    refused: 1,
    why: `Span ${spanId(1)}: endTimeUnixNano is before startTimeUnixNano.`,
  });
  expect(world.send({ attributes, ms: EVENT_LIMITS.durationMs + 1 })).toMatchObject({
    refused: 1,
    why: expect.stringContaining("a day") as string,
  });
  world.check([]);
});
