/** What stands beside metrics: who answered, and what is in no sum. */

import { expect, test } from "vitest";
import { sayRemarks, sayShadows, sayTasks } from "./say-remarks.ts";

test("remarks name who answered in another's place, and what is in no sum", () => {
  const model = {
    variant: "opus",
    provider: null,
    generations: 9,
    requestModel: "claude-a",
    responseModel: "claude-a-20260101",
    unpriced: 0,
  };
  expect(sayRemarks([model])).toEqual([]);
  expect(sayRemarks([{ ...model, responseModel: "other" }])).toEqual(["opus asks for claude-a and was answered by other."]);
  const nameless = { ...model, requestModel: null, responseModel: null };
  expect(sayRemarks([{ ...nameless, unpriced: 1 }])[0]).toMatch(/^1 call of a model without a name \(opus\)/u);
  expect(sayRemarks([{ ...model, unpriced: 2 }])[0]).toMatch(/^2 calls of claude-a-20260101/u);
});

const NO_TIMES = { p50: null, p95: null, p99: null };

test("[tasks-measured] how tasks went is said, and what is not known of them", () => {
  const task = {
    variant: "opus",
    tasks: 4,
    succeeded: 3,
    generations: 10,
    steps: 6,
    costMicroUsd: 6_000,
    priced: 3,
    thumbsUp: 3,
    thumbsDown: 1,
  };
  expect(sayTasks([{ ...task, durationMs: { p50: 4_000, p95: 9_500, p99: 9_500 } }])).toEqual([
    "opus: 4 tasks; 75 % succeeded; $0.00200 a task; cost of 1 unknown; calls a task: 2.5, steps: 1.5; thumbs: 3 up, 1 down; p50 4.0 s; p95 9.5 s.",
  ]);
  const bare = {
    ...task,
    tasks: 1,
    succeeded: 0,
    generations: 1,
    steps: 0,
    costMicroUsd: 0,
    priced: 0,
    thumbsUp: 0,
    thumbsDown: 0,
  };
  expect(sayTasks([{ ...bare, durationMs: NO_TIMES }])).toEqual([
    "opus: 1 task; 0 % succeeded; cost unknown; calls a task: 1, steps: 0.",
  ]);
});

test("[shadow-apart] what nobody saw is said with what it measured", () => {
  const calls = { variant: "opus", generations: 4, errors: 1, inputTokens: 2_000, outputTokens: 90, usageUnknown: 1 };
  expect(
    sayShadows([{ ...calls, durationMs: { p50: 400, p95: 900, p99: 900 }, costMicroUsd: 210, priced: 2, costUnknown: 1 }]),
  ).toEqual([
    "opus: 4 calls that nobody saw; 25 % failed; p50 400 ms; p95 900 ms; 2,000 → 90 +? tokens; $0.000210; cost of 1 unknown.",
  ]);
  const failed = { ...calls, generations: 1, durationMs: NO_TIMES, inputTokens: 0, outputTokens: 0, usageUnknown: 0 };
  expect(sayShadows([{ ...failed, costMicroUsd: 0, priced: 0, costUnknown: 0 }])).toEqual([
    "opus: 1 call that nobody saw; 100 % failed; 0 → 0 tokens; cost unknown.",
  ]);
});
