/** What is scheduled becomes the operation that fits what is there. */

import { expect, test } from "vitest";
import type { FlagEnvironment } from "@dimmer/evaluation";
import { localTime, type PlannedAct, planAct } from "./planned-act.ts";

const here = { flag: "summarizer", environment: "production" };
const config: FlagEnvironment = {
  enabled: true,
  fallback: "plain",
  rules: [{ id: "paid", serve: { variant: "opus" } }],
  default: { split: { opus: 10, sonnet: 90 } },
};
const act: PlannedAct = { kind: "ramp", rule: "default", variant: "opus", percent: 25 };

test.each<[string, Partial<PlannedAct>, object]>([
  ["a share of a split is a ramp", {}, { kind: "ramp", ...here, rule: "default", variant: "opus", percent: 25 }],
  [
    "a share beside one variant is a split",
    { rule: "paid", variant: "sonnet" },
    { kind: "set-split", ...here, rule: "paid", split: { sonnet: 25, opus: 75 } },
  ],
  [
    "a share of a variant that the split has not",
    { variant: "haiku", percent: 10 },
    { kind: "set-split", ...here, rule: "default", split: { haiku: 10, opus: 9, sonnet: 81 } },
  ],
  ["a kill", { kind: "kill" }, { kind: "kill", ...here }],
  ["a restore", { kind: "restore" }, { kind: "restore", ...here }],
  ["a stop", { kind: "stop" }, { kind: "stop", ...here, variant: "opus" }],
  ["a variant's restore", { kind: "restore-variant" }, { kind: "restore", ...here, variant: "opus" }],
  ["one for everyone", { kind: "serve-all" }, { kind: "serve-all", ...here, variant: "opus" }],
])("%s", (_what, more, operation) => expect(planAct({ ...act, ...more }, config, here)).toEqual(operation));

test("a time for the field is on five minutes", () => {
  expect(localTime(new Date(2026, 10, 3, 9, 1, 30).getTime())).toBe("2026-11-03T09:05");
  expect(localTime(new Date(2026, 10, 3, 9, 5).getTime())).toBe("2026-11-03T09:05");
});
