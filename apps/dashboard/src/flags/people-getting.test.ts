/** Counts of people follow the shares. */

import { expect, test } from "vitest";
import type { FlagEnvironment } from "@dimmer/evaluation";
import type { PeopleView } from "@dimmer/protocol";
import { peopleGetting } from "./people-getting.ts";

const nobody = { people: 0, low: 0, high: 0 };
const view = {
  today: nobody,
  week: nobody,
  addresses: [
    { flag: "summarizer", rule: "paid", people: 200 },
    { flag: "summarizer", rule: "default", people: 1_000 },
    { flag: "other", rule: "default", people: 9 },
  ],
  pinned: {},
  error: 0.02,
} as unknown as PeopleView;

const config: FlagEnvironment = {
  enabled: true,
  fallback: "plain",
  rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "opus" } }],
  default: { split: { opus: 10, sonnet: 90 } },
};

test.each([
  ["by its share in each rule", view, config, "opus", 300],
  ["of the default alone", view, config, "sonnet", 900],
  ["nobody, where it has no share", view, config, "plain", 0],
  ["nobody, where it is stopped", view, { ...config, stopped: ["opus"] }, "opus", 0],
  ["nobody, where the flag is killed", view, { ...config, enabled: false }, "opus", 0],
  ["unknown, where nobody is counted", undefined, config, "opus", undefined],
])("%s", (_what, people, block, variant, count) => expect(peopleGetting(people, "summarizer", block, variant)).toBe(count));
