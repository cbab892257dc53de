/** Two environments against each other, in sentences. */

import { expect, test } from "vitest";
import type { FlagEnvironment } from "@dimmer/evaluation";
import { compareSentences, sayBlock } from "./say-block.ts";

const config: FlagEnvironment = {
  enabled: false,
  fallback: "plain",
  requires: [{ flag: "ai-enabled", variant: "on" }],
  pin: { by: "sessionId", for: "24h" },
  budgets: { opus: { callsPerMinute: 60 } },
  shadow: { variant: "opus", percent: 5, callsPerMinute: 10 },
  published: { opus: 2 },
  default: { variant: "opus" },
};

test("every fact is a sentence, whether it is on or off", () => {
  expect(sayBlock(config)).toEqual([
    "opus for everyone",
    "fallback: plain",
    "needs ai-enabled to serve on",
    "each sessionId keeps its variant for 24h",
    "opus: at most 60 calls a minute in each instance of the app",
    "opus is called beside what 5 % of people get, at most 10 calls a minute in each instance of the app; nobody sees its answers",
    "version 2 of opus",
  ]);
});

test("what differs is gone or added", () => {
  const { pin: _pin, ...after } = { ...config, fallback: "sonnet" };
  expect(compareSentences(sayBlock(config), sayBlock(after))).toEqual({
    gone: ["fallback: plain", "each sessionId keeps its variant for 24h"],
    added: ["fallback: sonnet"],
  });
});
