/** Answers in words. */

import { expect, test } from "vitest";
import type { PlaygroundAnswer } from "@dimmer/protocol";
import { factsOf, sayEnd, sayFailure } from "./say-answer.ts";

const answer = (more: Partial<PlaygroundAnswer> = {}) =>
  ({
    costMicroUsd: 210,
    durationMs: 512,
    inputTokens: 1_000,
    outputTokens: 100,
    failure: null,
    model: "m",
    ...more,
  }) as PlaygroundAnswer;

test("cost, time and tokens, and what is not known is said", () => {
  expect(factsOf(answer(), [answer()]).map(({ label, said }) => [label, said])).toEqual([
    ["Cost", "$0.000210"],
    ["Time", "512 ms"],
    ["Tokens", "1,000 in, 100 out"],
  ]);
  const untold = answer({ costMicroUsd: null, inputTokens: null });
  expect(factsOf(untold, [untold]).map(({ said }) => said)).toEqual(["not known", "512 ms", "unknown in, 100 out"]);
});

test("the cheapest and the quickest of those that answered", () => {
  const [cheap, quick, failed, reply] = [
    answer({ durationMs: 900 }),
    answer({ costMicroUsd: 300 }),
    answer({ costMicroUsd: 0, durationMs: 1, failure: { type: "budget", httpStatus: null, message: "" } }),
    answer({ costMicroUsd: 0, durationMs: 0, model: null }),
  ];
  const best = (one: PlaygroundAnswer, all: readonly PlaygroundAnswer[]) =>
    factsOf(one, all).flatMap(({ label, isBest }) => (isBest ? [label] : []));
  const all = [cheap, quick, failed, reply];
  expect(all.map((one) => best(one, all))).toEqual([["Cost"], ["Time"], [], []]);
  expect(best(cheap, [cheap, failed])).toEqual([]);
  // Nobody is the cheapest beside one that may have been cheaper.
  expect(best(cheap, [cheap, answer({ costMicroUsd: null })])).toEqual([]);
});

test("how it ended", () => {
  const end = (more: Partial<PlaygroundAnswer>) => sayEnd({ finishReasons: ["stop"], refused: false, toolCalls: 0, ...more });
  expect(end({})).toBeUndefined();
  expect(end({ refused: true })).toBe("The model refused.");
  expect(end({ finishReasons: ["length"] })).toBe("It was cut off at its bound of tokens.");
  expect([1, 2].map((toolCalls) => end({ toolCalls }))).toEqual(["It asks for a tool.", "It asks for 2 tools."]);
  expect(sayFailure({ type: "no_connection", httpStatus: null, message: "" })).toBe("No connection");
});
