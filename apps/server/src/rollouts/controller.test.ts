/** Rollouts on the real stores, with a clock that the test moves: they open on evidence, and undo themselves. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WrittenPlan } from "@dimmer/protocol";
import { PROJECT } from "../flags/sample-project.contract.ts";
import { FINE, openTestRollouts, type TestRollouts } from "./sample-rollout.contract.ts";

const PLAN: WrittenPlan = {
  steps: [
    { percent: 10, dwellMinutes: 30, regression: 5 },
    { percent: 50, dwellMinutes: 30, regression: 3 },
    { percent: 100, dwellMinutes: 30 },
  ],
  guardrails: [{ metric: "error_rate" }],
  dailyPeak: false,
};
const BAD = { opus: { errors: 0.8 } };
const PER_TICK = 10;

let rollouts: TestRollouts;
beforeEach(async () => {
  rollouts = await openTestRollouts();
  await rollouts.live();
});
afterEach(async () => {
  expect(rollouts.failures).toEqual([]);
  await rollouts.close();
});

describe("a rollout", () => {
  test("[ramp-on-evidence] with a good variant it walks to 100 % by itself, each step once", async () => {
    await rollouts.start(PLAN);
    expect(await rollouts.shares()).toEqual({ opus: 10, sonnet: 90 });
    for (let tick = 0; tick < 150 && (await rollouts.rollout()).endedAt === null; tick++) await rollouts.tick(PER_TICK);
    const { state, progress } = await rollouts.rollout();
    expect([state, progress.percent, await rollouts.shares()]).toEqual(["completed", 100, { opus: 100, sonnet: 0 }]);
    const moved = (await rollouts.verdicts()).filter(({ verdict }) => verdict !== "hold").reverse();
    expect(moved.map(({ verdict, evidence }) => [verdict, evidence.step])).toEqual([
      ["advance", 0],
      ["complete", 1],
    ]);
    expect(moved.every(({ change }) => change !== null)).toBe(true);
  });

  test("[rollback-exact] a bad variant is rolled back to exactly what was there, and says why", async () => {
    const before = (await rollouts.project.config("summarizer")).default;
    await rollouts.start(PLAN);
    for (let tick = 0; tick < 30 && (await rollouts.rollout()).endedAt === null; tick++) await rollouts.tick(PER_TICK, BAD);
    const { state } = await rollouts.rollout();
    expect([state, (await rollouts.project.config("summarizer")).default]).toEqual(["rolled-back", before]);
    const [last] = await rollouts.verdicts();
    expect(last).toMatchObject({ verdict: "rollback", because: [{ reason: "guardrail-crossed", about: "error_rate" }] });
    expect(last?.evidence.guardrails[0]?.treated.events).toBeGreaterThanOrEqual(3);
    expect(await rollouts.ports.store.countAlerts(PROJECT, { states: ["open"] })).toMatchObject({ page: 1 });
    expect(FINE.errors).toBeLessThan(0.5);
  });
});
