/** What a bucket tells apart. */

import { expect, test } from "vitest";
import type { Evaluation } from "@dimmer/evaluation";
import { openBucket } from "./bucket.ts";

test("[leaks-alert] an answer that was kept from somebody is counted apart, and says so", () => {
  const bucket = openBucket({ opened: () => 60_000, overflowed: () => {}, declared: () => undefined });
  const degraded = { flagKey: "a", variant: "plain", value: "p", reason: "DISABLED" } as const;
  const answer = (more: object) =>
    ({ ...degraded, flagMetadata: { path: "fallback", ruleId: "paid", ...more } }) as unknown as Evaluation;
  for (const one of [answer({}), answer({ blocked: true }), answer({ blocked: true }), answer({ ineligible: true })])
    bucket.count(one, { targetingKey: "user-1" });
  const same = { flag: "a", variant: "plain", path: "fallback", rule: "paid", reason: "DISABLED" };
  expect(bucket.seal()?.evaluations).toEqual([
    { ...same, count: 2 },
    { ...same, blocked: true, count: 2 },
  ]);
});
