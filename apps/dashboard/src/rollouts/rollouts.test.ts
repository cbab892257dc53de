/** What the pages say of rollouts, and where their pictures' lines run. */

import { describe, expect, test } from "vitest";
import { type GuardrailReading, RolloutPlan, type StepView, wordsOfGuardrail } from "@dimmer/protocol";
import { layGauge, sayModels, sayRatio, sayReading, sayStanding, sayTolerance, standingOf } from "./guardrail-words.ts";
import { heightOf, layStair } from "./lay-stair.ts";
import { lineOf } from "../plots/line-of.ts";
import { layTrail } from "./lay-trail.ts";
import { isOpen, isTurning, sayNow, sayPlan, sayVerdict } from "./say-rollout.ts";
import { sayMinutes, sayWait } from "./say-wait.ts";

const READING: GuardrailReading = {
  metric: "error_rate",
  kind: "rate",
  action: "rollback",
  tolerance: 1,
  treated: { exposures: 400, events: 16, value: 0.04 },
  others: { exposures: 39_600, events: 792, value: 0.02 },
  ratio: 2,
  ratioAtLeast: 1.21,
  logEvidence: 0,
  rollbackAt: 4.6,
  pauseAt: 3,
  logRuledOut: 0,
  ruledOutAt: 3,
  threshold: null,
  designEffect: 1,
};

test.each([
  [1, "1 min"],
  [0.2, "1 min"],
  [40, "40 min"],
  [60, "1 h"],
  [80, "1 h 20 min"],
  [500, "8 h"],
  [1_440, "1 day"],
  [2_160, "1 day 12 h"],
  [10_080, "7 days"],
])("%d minutes are %s", (minutes, said) => expect(sayMinutes(minutes)).toBe(said));

test("counts down in whole minutes", () => {
  const at = "2026-03-01T12:00:00Z";
  const before = (ms: number) => sayWait(at, Date.parse(at) - ms);
  expect(before(80 * 60_000)).toBe("In 1 h 20 min at the earliest.");
  expect(before(79.1 * 60_000)).toBe(before(80 * 60_000));
  expect(before(59_000)).toBe("Within a minute.");
  expect(before(0)).toBe("At the next look.");
  expect(before(-9_000_000)).toBe("At the next look.");
});

describe("a guardrail", () => {
  test.each([
    [{}, "open", "Not known yet"],
    [{ logEvidence: 4.7 }, "worse", "Worse than tolerated"],
    [{ logEvidence: 3.1, logRuledOut: 3.2 }, "suspect", "Looks worse"],
    [{ logRuledOut: 3 }, "harmless", "Harm ruled out"],
    [{ treated: { exposures: 0, events: 0, value: null } }, "unknown", "Nothing seen yet"],
  ] as const)("%j is %s", (more, standing, said) => {
    const reading = { ...READING, ...more };
    expect(standingOf(reading)).toBe(standing);
    expect(sayStanding(reading)).toBe(said);
  });

  test("is said with its figures", () => {
    expect(sayReading(READING, "opus")).toBe("4 % with opus, 2 % with the others: ×2, surely above ×1.21");
    expect(sayReading({ ...READING, ratioAtLeast: null }, "opus")).toBe("4 % with opus, 2 % with the others: ×2");
    const none = { exposures: 0, events: 0, value: null };
    expect(sayReading({ ...READING, treated: none, ratio: null }, "opus")).toBe("nothing yet with opus, 2 % with the others");
    expect([sayRatio(1.2345), sayRatio(12.4)]).toEqual(["×1.23", "×12"]);
    expect([sayTolerance(1), sayTolerance(1.1)]).toEqual(["no more than the others", "up to 10 % more than the others"]);
  });

  test("has the name of whoever defined it", () => {
    expect([
      wordsOfGuardrail("cost").title,
      wordsOfGuardrail("metric:accepted").title,
      wordsOfGuardrail("score:right").title,
    ]).toEqual(["Cost", "accepted", "right"]);
    expect(wordsOfGuardrail("metric:accepted").say(0.123456)).toBe("0.123");
  });

  test("is answered by models that are named once where they are alike", () => {
    const by = (variant: string, model: string) => ({ variant, model, share: 1 });
    expect(sayModels([by("treated", "a"), by("others", "a")], "opus")).toBe("All were answered by a.");
    expect(sayModels([by("treated", "a"), by("others", "b")], "opus")).toBe("opus was answered by a, the others by b.");
    expect(sayModels([], "opus")).toBeUndefined();
  });

  test("lies on its gauge", () => {
    expect(layGauge({ ...READING, logEvidence: 2.3, logRuledOut: -1 })).toEqual({ ruledOut: 0, harm: 0.5, pause: 3 / 4.6 });
    expect(layGauge({ ...READING, logRuledOut: 99 })).toMatchObject({ ruledOut: 1, harm: 0 });
    expect(layGauge({ ...READING, logEvidence: 99, logRuledOut: 99 })).toMatchObject({ ruledOut: 0, harm: 1 });
    expect(layGauge({ ...READING, rollbackAt: 0 })).toMatchObject({ harm: 0 });
  });
});

describe("the stair", () => {
  const step = (percent: number, state: StepView["state"], dwelt = 0) => ({ percent, dwellMinutes: 60, state, dwelt });
  const steps = [step(1, "done", 3_600), step(10, "current", 1_800), step(100, "ahead")];

  test("shows 1 % beside 100 %, and how far it has come", () => {
    expect([heightOf(1), heightOf(100), heightOf(400)]).toEqual([0.1, 1, 1]);
    expect(layStair({ steps, state: "running" })).toEqual([
      { percent: 1, height: 0.1, passed: 1, look: "done" },
      { percent: 10, height: heightOf(10), passed: 0.5, look: "current" },
      { percent: 100, height: 1, passed: 0, look: "ahead" },
    ]);
  });

  test("shows from where it fell", () => {
    const looks = (state: "rolled-back" | "completed") => layStair({ steps, state }).map(({ look }) => look);
    expect(looks("rolled-back")).toEqual(["undone", "fallen", "ahead"]);
    expect(looks("completed")).toEqual(["done", "current", "ahead"]);
    expect(layStair({ steps: [step(5, "skipped")], state: "completed" })[0]?.look).toBe("ahead");
  });
});

describe("the trail", () => {
  const point = (minute: number, ratio: number | null, ratioAtLeast: number | null) => ({
    at: new Date(minute * 60_000).toISOString(),
    ratio,
    ratioAtLeast,
    logEvidence: 0,
  });

  test("runs from the first that is known to the last, with a gap where nothing is", () => {
    const drawn = layTrail({
      points: [point(0, 1, null), point(1, null, null), point(2, 2, 1)],
      tolerance: 1.1,
      width: 100,
      height: 100,
    });
    expect(drawn?.places.map(({ x }) => x)).toEqual([0, 50, 100]);
    expect(drawn?.seen.match(/M/gu)).toHaveLength(2);
    expect(drawn?.between).toBe("");
    expect(drawn?.places[2]?.bound).toBeGreaterThan(drawn?.places[2]?.seen ?? Number.NaN);
  });

  test("closes what lies between the lines", () => {
    const drawn = layTrail({ points: [point(0, 1, 0.8), point(1, 1.2, 0.9)], tolerance: 1, width: 10, height: 10 });
    expect(drawn?.between).toMatch(/^M0 [\d.]+L10 [\d.]+L10 [\d.]+L0 [\d.]+Z$/u);
  });

  test("is none while nothing is known", () => {
    expect(layTrail({ points: [point(0, null, null)], tolerance: 1, width: 10, height: 10 })).toBeUndefined();
    expect(lineOf([[0, Number.NaN]])).toBe("");
  });
});

describe("in words", () => {
  const plan = RolloutPlan.parse({
    steps: [
      { percent: 1, dwellMinutes: 30 },
      { percent: 50, dwellMinutes: 480, approval: true },
    ],
    guardrails: [{ metric: "error_rate" }, { metric: "cost", tolerance: 1.1, action: "notify" }],
    never: [{ event: "blocked" }],
    gates: [{ suite: "summaries" }],
    holdback: { percent: 5, hours: 72 },
    maintenance: [{ days: ["sat", "sun"], from: "00:00", until: "23:59" }],
    mode: "watched",
  });
  const rollout = { rule: "default", variant: "opus", percent: 10, before: { opus: 0, sonnet: 100 }, plan };

  test("a plan", () =>
    expect(sayPlan(plan)).toEqual([
      "1 % for 30 min, then 50 % for 8 h once somebody approves.",
      "Errors: no more than the others, else it rolls back.",
      "Cost: up to 10 % more than the others, else it tells somebody.",
      "blocked must never happen: 5 of them roll it back.",
      "The suite summaries has to score within 0.02 of the others.",
      "5 % stay with the others for 3 days after that.",
      "A busiest hour of a day has to be seen before 100 %.",
      "Nothing is raised from 00:00 to 23:59 UTC on Sat, Sun.",
      "Where it stays unclear, it waits for a person.",
      "Unguarded: traffic is too small to judge by, so a person approves each step.",
    ]));

  test.each([
    ["running", "10 % of everyone else get opus."],
    ["proposed", "Nobody gets more opus yet: it begins at 1 % once it is approved."],
    ["rolled-back", "opus is back at 0 % for everyone else."],
    ["aborted", "Somebody ended it: opus is back at 0 % for everyone else."],
    ["superseded", "Somebody changed the shares meanwhile, and theirs stand."],
    ["completed", "10 % of everyone else get opus."],
  ] as const)("%s", (state, said) => expect(sayNow({ ...rollout, state })).toBe(said));

  test("who is turning the lamp", () => {
    expect(
      (["proposed", "running", "paused", "completed"] as const).map((state) => [isOpen({ state }), isTurning({ state })]),
    ).toEqual([
      [true, false],
      [true, true],
      [true, true],
      [false, false],
    ]);
  });

  const evidence = {
    step: 0,
    percent: 10,
    stepStartedAt: "2026-03-01T12:00:00Z",
    observations: 1,
    treatedExposures: 1,
    otherExposures: 1,
    lastBucketAt: null,
    sampleRatio: { logEvidence: 0, flaggedAt: 1, p: null },
    guardrails: [],
    never: [],
    gates: [],
    models: [],
  };
  test.each([
    ["advance", "healthy", "Went on from 10 %"],
    ["hold", "silent", "Held at 10 %"],
    ["pause", "sample-ratio", "Paused at 10 %"],
    ["pause", "person", "Paused at 10 % by a person"],
    ["rollback", "guardrail-crossed", "Rolled back from 10 %"],
    ["rollback", "person", "Aborted at 10 %"],
    ["complete", "healthy", "Done"],
  ] as const)("%s because of %s", (verdict, reason, said) =>
    expect(sayVerdict({ verdict, evidence, because: [{ reason, say: "", about: null }] })).toBe(said),
  );
});
