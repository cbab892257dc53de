/** What a copy takes along, and what stays the target's. */

import { expect, test } from "vitest";
import type { FlagEnvironment } from "@dimmer/evaluation";
import { copiedConfig } from "./copied-config.ts";

const stored = {} as never;
const from: FlagEnvironment = {
  enabled: false,
  fallback: "plain",
  stopped: ["opus"],
  published: { opus: 3 },
  pinEpochs: { opus: 2 },
  rules: [{ id: "paid", when: { plan: "pro" }, serve: { split: { opus: 50, sonnet: 50 }, stored } }],
  default: { split: { opus: 10, sonnet: 90 }, stored },
};

test("rules, shares and versions come along, without their ranges and pins", () => {
  const { enabled: _enabled, stopped: _stopped, pinEpochs: _pins, ...rest } = from;
  expect(copiedConfig(from, undefined)).toEqual({
    ...rest,
    enabled: true,
    rules: [{ id: "paid", when: { plan: "pro" }, serve: { split: { opus: 50, sonnet: 50 } } }],
    default: { split: { opus: 10, sonnet: 90 } },
  });
});

test("on and off and stops stay the target's", () => {
  const target: FlagEnvironment = { enabled: false, fallback: "sonnet", stopped: ["sonnet"], default: { variant: "plain" } };
  expect(copiedConfig(from, target)).toMatchObject({ enabled: false, stopped: ["sonnet"], fallback: "plain" });
  expect(copiedConfig({ ...from, enabled: false }, { ...target, enabled: true })).toMatchObject({ enabled: true });
});
