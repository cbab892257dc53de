/** Rollouts on the real stores, with a clock that the test moves: they open on evidence, and undo themselves. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { WrittenPlan } from "@dimmer/protocol";
import { verifyAudit } from "../audit/verify-audit.ts";
import { ANYONE, P, PROJECT } from "../flags/sample-project.contract.ts";
import { abortRollout, pauseRollout, resumeRollout } from "./act-on-rollout.ts";
import { readTrail } from "./read-trail.ts";
import { replayRollout } from "./replay-rollout.ts";
import { MINUTE_MS, openTestRollouts, type TestRollouts } from "./sample-rollout.contract.ts";

const PLAN: WrittenPlan = {
  steps: [
    { percent: 10, dwellMinutes: 13, regression: 10 },
    { percent: 50, dwellMinutes: 10, regression: 9 },
    { percent: 100, dwellMinutes: 10 },
  ],
  guardrails: [{ metric: "error_rate" }],
  dailyPeak: false,
};
const BAD = { opus: { errors: 0.8 } };
const PER_TICK = 60;

let rollouts: TestRollouts;
beforeAll(async () => {
  rollouts = await openTestRollouts();
  await rollouts.live();
});
afterAll(() => rollouts.close());
/** Each test begins with nothing of the variant served, and leaves verdicts that can be made again. */
afterEach(async () => {
  const { id, endedAt } = await rollouts.rollout();
  if (endedAt === null) await abortRollout(rollouts.ports, ANYONE, { project: PROJECT, id }, { shares: "keep" });
  const split = { opus: 0, sonnet: 100 };
  await rollouts.project.apply([{ kind: "set-split", ...P, rule: "default", split }]);
});

const start = () => rollouts.start(PLAN, { people: "same" });
const place = async () => ({ project: PROJECT, id: (await rollouts.rollout()).id });
async function tickUntilEnd(behaviours = {}, most = 45): Promise<void> {
  for (let tick = 0; tick < most && (await rollouts.rollout()).endedAt === null; tick++)
    await rollouts.tick(PER_TICK, behaviours);
}
async function expectReplayed(): Promise<void> {
  const replay = await replayRollout(rollouts.ports.store, await rollouts.rollout());
  expect(replay.different).toEqual([]);
  expect(replay.verdicts).toBeGreaterThan(0);
}

describe("a rollout", () => {
  test("[ramp-on-evidence] [verdicts-replay] with a good variant it walks to 100 % by itself, each step once", async () => {
    await rollouts.start(PLAN);
    expect(await rollouts.shares()).toEqual({ opus: 10, sonnet: 90 });
    await tickUntilEnd();
    const { state, progress } = await rollouts.rollout();
    expect([state, progress.percent, await rollouts.shares()]).toEqual(["completed", 100, { opus: 100, sonnet: 0 }]);
    const moved = (await rollouts.verdicts()).filter(({ verdict }) => verdict !== "hold").reverse();
    expect(moved.map(({ verdict, evidence }) => [verdict, evidence.step])).toEqual([
      ["advance", 0],
      ["complete", 1],
    ]);
    expect(moved.every(({ change }) => change !== null)).toBe(true);
    await expectReplayed();
    const trail = await readTrail(rollouts.ports.store, await rollouts.rollout());
    expect(trail.shares.map(({ percent }) => percent)).toEqual([10, 50, 100]);
    expect(trail.guardrails[0]?.points.length).toBeGreaterThan(10);
  });

  test("[rollback-exact] [verdicts-replay] a bad variant is rolled back to exactly what was there, and says why", async () => {
    const before = (await rollouts.project.config("summarizer")).default;
    await start();
    await tickUntilEnd(BAD);
    const { state } = await rollouts.rollout();
    expect([state, (await rollouts.project.config("summarizer")).default]).toEqual(["rolled-back", before]);
    const [last] = await rollouts.verdicts();
    expect(last).toMatchObject({ verdict: "rollback", because: [{ reason: "guardrail-crossed", about: "error_rate" }] });
    expect(last?.evidence.guardrails[0]?.treated.events).toBeGreaterThanOrEqual(3);
    expect(await rollouts.ports.store.countAlerts(PROJECT, { states: ["open"] })).toMatchObject({ page: 1 });
    await expectReplayed();
    await expect(rollouts.start(PLAN)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("same people"),
    });
    expect(await verifyAudit(rollouts.ports.store, `project/${PROJECT}`, rollouts.ports.auditKey)).toMatchObject({ ok: true });
  });

  test("[person-wins] somebody's edit stays, and pauses it; an edit of something else does not", async () => {
    await start();
    await rollouts.tick(PER_TICK);
    await rollouts.project.apply([{ kind: "set-targets", ...P, targets: { opus: ["user-8"] } }]);
    await rollouts.tick(PER_TICK);
    expect(await rollouts.rollout()).toMatchObject({ state: "running" });
    await rollouts.project.apply([{ kind: "ramp", ...P, rule: "default", variant: "opus", percent: 30 }]);
    for (let tick = 0; tick < 4; tick++) await rollouts.tick(PER_TICK, BAD);
    expect([(await rollouts.rollout()).state, await rollouts.shares()]).toEqual(["paused", { opus: 30, sonnet: 70 }]);
    expect((await rollouts.verdicts())[0]).toMatchObject({ verdict: "pause", because: [{ reason: "edited" }] });
    await expect(resumeRollout(rollouts.ports, ANYONE, await place(), {})).rejects.toMatchObject({ code: "conflict" });
    await rollouts.project.apply([{ kind: "ramp", ...P, rule: "default", variant: "opus", percent: 10 }]);
    expect(await resumeRollout(rollouts.ports, ANYONE, await place(), {})).toMatchObject({ state: "running" });
  });

  test("[person-wins] a stop, too, and what a person paused stays", async () => {
    await start();
    await pauseRollout(rollouts.ports, ANYONE, await place(), { reason: "lunch" });
    await rollouts.tick(PER_TICK);
    expect(await rollouts.rollout()).toMatchObject({ state: "paused" });
    await rollouts.project.apply([{ kind: "stop", ...P, variant: "opus" }]);
    await expect(resumeRollout(rollouts.ports, ANYONE, await place(), {})).rejects.toMatchObject({ code: "conflict" });
    await rollouts.project.apply([{ kind: "restore", ...P, variant: "opus" }]);
    expect(await resumeRollout(rollouts.ports, ANYONE, await place(), {})).toMatchObject({ state: "running" });
  });

  test("[browser-moves-no-guard] what comes with a browser's key neither rolls back nor opens, and silence shows at once", async () => {
    await start();
    for (let tick = 0; tick < 4; tick++) await rollouts.tick(PER_TICK, BAD, { source: "browser" });
    const { state, progress } = await rollouts.rollout();
    expect([state, progress.step, progress.dweltMs]).toEqual(["holding", 0, 0]);
    const [last] = await rollouts.verdicts();
    expect(last).toMatchObject({ because: [{ reason: "silent" }], evidence: { treatedExposures: 0, otherExposures: 0 } });
  });

  test("[one-step-after-downtime] three days off open nothing; after them a whole dwell is seen", async () => {
    await start();
    for (let tick = 0; tick < 3; tick++) await rollouts.tick(PER_TICK);
    const { progress } = await rollouts.rollout();
    await rollouts.restart();
    rollouts.jump(3 * 24 * 60 * MINUTE_MS);
    await rollouts.look();
    await rollouts.tick(PER_TICK);
    const after = await rollouts.rollout();
    expect([after.progress.step, after.state]).toEqual([0, expect.stringMatching(/running|holding/u)]);
    expect(after.progress.dweltMs - progress.dweltMs).toBeLessThanOrEqual(2 * MINUTE_MS);
    await expectReplayed();
  });

  test("nothing failed on our side", () => {
    expect(rollouts.failures).toEqual([]);
  });
});
