/** Failures by their class, as the vendors' clients and the web throw them. */

import { expect, test } from "vitest";
import type { GenerationError } from "../event.ts";
import { failureOf } from "./error-type.ts";

const error = (fields: object, message = "boom") => Object.assign(new Error(message), fields);

const CASES: readonly (readonly [string, unknown, GenerationError, number?])[] = [
  ["OpenAI's limit", error({ status: 429, code: "rate_limit_exceeded" }), "rate_limited", 429],
  ["OpenAI's quota", error({ status: 429, code: "insufficient_quota" }), "rate_limited", 429],
  ["a context too long", error({ status: 400, code: "context_length_exceeded" }), "context_length", 400],
  ["Azure's filter", error({ status: 400, code: "content_filter" }), "content_filter", 400],
  ["a bad key", error({ status: 401, code: "invalid_api_key" }), "unauthenticated", 401],
  ["no right", error({ status: 403 }), "unauthenticated", 403],
  ["a bad request", error({ status: 400, type: "invalid_request_error" }), "invalid_request", 400],
  ["no such model", error({ status: 404, code: "model_not_found" }), "invalid_request", 404],
  [
    "Anthropic too busy",
    error({ status: 529, error: { type: "error", error: { type: "overloaded_error" } } }),
    "overloaded",
    529,
  ],
  ["Anthropic too busy, in a stream", error({ error: { type: "error", error: { type: "overloaded_error" } } }), "overloaded"],
  ["Anthropic too long", error({ status: 400 }, "prompt is too long: 210000 tokens > 200000 maximum"), "context_length", 400],
  ["Anthropic down", error({ status: 500, error: { error: { type: "api_error" } } }), "server_error", 500],
  ["a status that says more than its word", error({ status: 529, type: "server_error" }), "overloaded", 529],
  ["an error in a stream of responses", error({ code: "server_error" }), "server_error"],
  ["bad gateway", error({ status: 502 }), "server_error", 502],
  ["unavailable", error({ status: 503 }), "overloaded", 503],
  ["a gateway's timeout", error({ status: 504 }), "timeout", 504],
  ["a client's timeout", error({ name: "APIConnectionTimeoutError" }), "timeout"],
  ["the web's timeout", new DOMException("late", "TimeoutError"), "timeout"],
  ["an abort", new DOMException("stop", "AbortError"), "aborted"],
  ["a refused connection", error({ name: "APIConnectionError", cause: error({ code: "ECONNREFUSED" }) }), "network"],
  ["a socket's code", error({ code: "ECONNRESET" }), "network"],
  ["undici's code", error({ cause: error({ code: "UND_ERR_SOCKET" }) }), "network"],
  ["fetch", new TypeError("fetch failed"), "network"],
  ["Vercel's error", error({ statusCode: 429, name: "AI_APICallError" }), "rate_limited", 429],
  ["Vercel's retries", error({ name: "AI_RetryError", lastError: error({ statusCode: 503 }) }), "overloaded", 503],
  ["the app's own", new RangeError("oops"), "unknown"],
  ["no error at all", "boom", "unknown"],
  ["nothing", undefined, "unknown"],
  ["a status that is none", error({ status: "429" }), "unknown"],
  ["a word of Object.prototype", error({ code: "constructor" }), "unknown"],
];

test.each(CASES)("%s", (_name, thrown, errorType, httpStatus) => {
  expect(failureOf(thrown)).toEqual(httpStatus === undefined ? { errorType } : { errorType, httpStatus });
});

test("a circle of causes ends", () => {
  const circle: Error & { cause?: unknown } = new Error("a");
  circle.cause = circle;
  expect(failureOf(circle)).toEqual({ errorType: "unknown" });
});
