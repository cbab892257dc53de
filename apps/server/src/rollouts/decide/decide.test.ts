/** What is decided, case by case: harm acts first, nothing that is missing opens a step, and what was kept gives the same again. */

import { describe, expect, test } from "vitest";
import type { GateReading, WrittenPlan } from "@dimmer/protocol";
import { decide } from "./decide.ts";
import type { Facts } from "./facts.ts";
import { addObservation, gather, seeNothing, type Seen } from "./gather.ts";
import type { Observation, PeopleSums } from "./observations.ts";
import { frameOf } from "./read-guardrails.ts";
import { baselineOf, bucket, buckets, factsOf, HOUR_MS, MINUTE_MS, people, planOf, see, START } from "./sample-facts.contract.ts";

const NOW = START + 10 * MINUTE_MS + 25_000;
const DWELT = { dweltMs: 10 * MINUTE_MS };

interface Case {
  readonly name: string;
  readonly facts?: Partial<Facts>;
  readonly plan?: Partial<WrittenPlan>;
  readonly observations?: readonly Observation[];
  readonly now?: number;
  readonly gives: readonly [verdict: string, state: string, reason: string];
}

const gate = (state: GateReading["state"]): GateReading => ({
  suite: "s",
  scorer: null,
  state,
  say: `It is ${state}.`,
  report: null,
});
const bad = buckets({ rate: [100, 10, 900, 18] });
/** It looked bad at first, and was never so again: evidence that somebody should have seen stays evidence. */
const worse = buckets().map((one, at) => (at < 3 ? bucket(at, { rate: [100, 5, 900, 18] }) : one));
const sums = (over: Partial<PeopleSums> = {}): PeopleSums => ({
  people: 2_000,
  meanY: 100,
  meanD: 1,
  squaresY: 2_000 * 900,
  squaresD: 0,
  products: 0,
  ...over,
});
const means = (treated: Partial<PeopleSums>, others: Partial<PeopleSums> = {}) =>
  people(60, {
    assigned: [0, 0],
    means: [{ treated: sums(treated), others: sums({ people: 18_000, squaresY: 18_000 * 900, ...others }) }],
  });
const COST: Partial<WrittenPlan> = { guardrails: [{ metric: "cost", tolerance: 1.1 }] };

const CASES: readonly Case[] = [
  { name: "a step that has dwelt goes on", facts: DWELT, gives: ["advance", "running", "healthy"] },
  { name: "before its time it waits", gives: ["hold", "running", "dwell"] },
  {
    name: "the last with company ends it",
    facts: { ...DWELT, step: 1 },
    observations: buckets({ step: 1, rate: [500, 10, 500, 10] }),
    gives: ["complete", "completed", "healthy"],
  },
  {
    name: "a crossed guardrail takes it back",
    observations: bad,
    facts: DWELT,
    gives: ["rollback", "rolled-back", "guardrail-crossed"],
  },
  {
    name: "also while it is paused",
    observations: bad,
    facts: { state: "paused" },
    gives: ["rollback", "rolled-back", "guardrail-crossed"],
  },
  { name: "a paused one stays", facts: { ...DWELT, state: "paused" }, gives: ["hold", "paused", "person"] },
  {
    name: "with too few it does not act",
    observations: [bucket(0, { rate: [20, 20, 900, 1] })],
    gives: ["hold", "holding", "silent"],
  },
  { name: "a suspicion pauses", observations: worse, gives: ["pause", "paused", "guardrail-suspect"] },
  {
    name: "a suspicion that a person overruled does not",
    observations: worse,
    facts: { overruled: { error_rate: 10 } },
    gives: ["hold", "running", "dwell"],
  },
  {
    name: "a guardrail that pauses never rolls back",
    plan: { guardrails: [{ metric: "error_rate", action: "pause" }] },
    observations: bad,
    gives: ["pause", "paused", "guardrail-suspect"],
  },
  {
    name: "one that notifies keeps nobody",
    plan: { guardrails: [{ metric: "error_rate", action: "notify" }] },
    observations: bad,
    facts: DWELT,
    gives: ["advance", "running", "healthy"],
  },
  {
    name: "what must never happen",
    plan: { never: [{ event: "leak", atLeast: 3 }] },
    observations: buckets({ never: [1] }, 3),
    gives: ["rollback", "rolled-back", "never-event"],
  },
  {
    name: "fewer of it",
    plan: { never: [{ event: "leak", atLeast: 3 }] },
    observations: buckets({ never: [0] }).concat(bucket(59, { never: [2] })),
    gives: ["hold", "running", "dwell"],
  },
  { name: "evals that fail pause", facts: { gates: [gate("failed")] }, gives: ["pause", "paused", "gate-failed"] },
  { name: "missing evals hold", facts: { ...DWELT, gates: [gate("missing")] }, gives: ["hold", "holding", "gate-missing"] },
  { name: "old evals hold", facts: { ...DWELT, gates: [gate("stale")] }, gives: ["hold", "holding", "gate-stale"] },
  { name: "passed ones do not", facts: { ...DWELT, gates: [gate("passed")] }, gives: ["advance", "running", "healthy"] },
  { name: "silence holds", facts: DWELT, observations: buckets({}, 30), gives: ["hold", "holding", "silent"] },
  {
    name: "a silent treated arm holds",
    facts: DWELT,
    observations: buckets({ rate: [0, 0, 900, 18] }),
    gives: ["hold", "holding", "silent"],
  },
  {
    name: "silent others hold",
    facts: DWELT,
    observations: buckets({ rate: [1_000, 20, 0, 0] }),
    gives: ["hold", "holding", "silent"],
  },
  { name: "what was not read holds", facts: DWELT, now: NOW + 5 * MINUTE_MS, gives: ["hold", "holding", "late"] },
  { name: "a clock that went back holds", facts: DWELT, now: START, gives: ["hold", "holding", "late"] },
  {
    name: "negative numbers hold",
    facts: DWELT,
    observations: [...buckets(), bucket(59, { rate: [-1, 0, 900, 1] })].slice(1),
    gives: ["hold", "holding", "malformed"],
  },
  {
    name: "no numbers hold",
    facts: DWELT,
    observations: [...buckets({}, 58), bucket(58, { rate: [Number.NaN, 0, 900, 1] })],
    gives: ["hold", "holding", "malformed"],
  },
  {
    name: "more events than exposures hold",
    facts: DWELT,
    observations: [...buckets({}, 58), bucket(58, { rate: [9, 10, 900, 1] })],
    gives: ["hold", "holding", "malformed"],
  },
  {
    name: "a bad bucket of long ago does not",
    facts: { ...DWELT, observedUntil: START + 15 * MINUTE_MS },
    now: NOW + 5 * MINUTE_MS,
    observations: [bucket(0, { rate: [9, 10, 900, 1] }), ...buckets({}, 89).slice(1)],
    gives: ["advance", "running", "healthy"],
  },
  {
    name: "other people than the shares say hold",
    facts: DWELT,
    observations: [...buckets(), people(60, { assigned: [9_000, 1_000], means: [null] })],
    gives: ["hold", "holding", "sample-ratio"],
  },
  {
    name: "another model holds",
    facts: { ...DWELT, observedUntil: START + 15 * MINUTE_MS },
    now: NOW + 5 * MINUTE_MS,
    observations: buckets({}, 89).map((one, at) =>
      at < 70 ? one : bucket(at, { models: { treated: { other: 100 }, others: { m: 900 } } }),
    ),
    gives: ["hold", "holding", "model-changed"],
  },
  {
    name: "a model of before the start does not",
    facts: { ...DWELT, observedUntil: START + 15 * MINUTE_MS, baseline: baselineOf(planOf(), { models: ["m", "other"] }) },
    now: NOW + 5 * MINUTE_MS,
    observations: buckets({}, 89).map((one, at) =>
      at < 70 ? one : bucket(at, { models: { treated: { other: 100 }, others: {} } }),
    ),
    gives: ["advance", "running", "healthy"],
  },
  {
    name: "harm that is not ruled out extends",
    facts: DWELT,
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["hold", "running", "extended"],
  },
  {
    name: "for as long again",
    facts: { ...DWELT, isExtended: true },
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["hold", "running", "extended"],
  },
  {
    name: "then asks",
    facts: { dweltMs: 20 * MINUTE_MS, isExtended: true },
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["hold", "awaiting-approval", "inconclusive"],
  },
  {
    name: "and goes on when a person says so",
    facts: { dweltMs: 20 * MINUTE_MS, isExtended: true, approved: [1] },
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["advance", "running", "approved"],
  },
  {
    name: "or goes back where the plan says so",
    plan: { inconclusive: "rollback" },
    facts: { dweltMs: 20 * MINUTE_MS, isExtended: true },
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["rollback", "rolled-back", "inconclusive"],
  },
  {
    name: "or on",
    plan: { inconclusive: "advance" },
    facts: { dweltMs: 20 * MINUTE_MS, isExtended: true },
    observations: buckets({ rate: [100, 0, 900, 0] }),
    gives: ["advance", "running", "healthy"],
  },
  {
    name: "a step in which nobody of a side was seen proves nothing",
    plan: { guardrails: [] },
    facts: { ...DWELT, stepStartedAt: START + 9.5 * MINUTE_MS, step: 1 },
    gives: ["hold", "running", "extended"],
  },
  {
    name: "before everybody a day's peak",
    plan: { dailyPeak: true },
    facts: { ...DWELT, step: 1 },
    observations: buckets({ step: 1, rate: [500, 10, 500, 10] }),
    gives: ["hold", "running", "daily-peak"],
  },
  {
    name: "a peak that was seen",
    plan: { dailyPeak: true },
    facts: { ...DWELT, step: 1, startedAt: START - 26 * HOUR_MS },
    observations: buckets({ step: 1, rate: [500, 10, 500, 10] }),
    gives: ["complete", "completed", "healthy"],
  },
  {
    name: "where nothing is known of a day, a whole one",
    plan: { dailyPeak: true },
    facts: { ...DWELT, step: 1, baseline: baselineOf(planOf(), { hours: [] }) },
    observations: buckets({ step: 1, rate: [500, 10, 500, 10] }),
    gives: ["hold", "running", "daily-peak"],
  },
  {
    name: "no step in a window",
    plan: { maintenance: [{ days: ["fri"], from: "12:00", until: "13:00" }] },
    facts: DWELT,
    gives: ["hold", "running", "maintenance"],
  },
  {
    name: "a window does not keep it from going back",
    plan: { maintenance: [{ days: ["fri"], from: "12:00", until: "13:00" }] },
    observations: bad,
    gives: ["rollback", "rolled-back", "guardrail-crossed"],
  },
  { name: "a person is asked", plan: { mode: "watched" }, facts: DWELT, gives: ["hold", "awaiting-approval", "approval-needed"] },
  {
    name: "and says yes",
    plan: { mode: "watched" },
    facts: { ...DWELT, approved: [1] },
    gives: ["advance", "running", "approved"],
  },
  {
    name: "a person is asked before the end",
    plan: { mode: "watched" },
    facts: { ...DWELT, step: 1 },
    observations: buckets({ step: 1, rate: [500, 10, 500, 10] }),
    gives: ["hold", "awaiting-approval", "approval-needed"],
  },
  {
    name: "the last step is held back",
    plan: {
      steps: [
        { percent: 10, dwellMinutes: 10 },
        { percent: 100, dwellMinutes: 10 },
      ],
      holdback: { percent: 20, hours: 1 },
    },
    facts: { ...DWELT, step: 1 },
    observations: buckets({ step: 1, rate: [5_000, 100, 5_000, 100] }),
    gives: ["advance", "holdback", "healthy"],
  },
  {
    name: "for its hours",
    plan: {
      steps: [
        { percent: 10, dwellMinutes: 10 },
        { percent: 100, dwellMinutes: 10 },
      ],
      holdback: { percent: 20, hours: 1 },
    },
    facts: { ...DWELT, step: 2, state: "holdback" },
    observations: buckets({ step: 2, rate: [5_000, 100, 5_000, 100] }),
    gives: ["hold", "holdback", "dwell"],
  },
  {
    name: "a plan that ends below 100 % keeps its share",
    plan: { steps: [{ percent: 10, dwellMinutes: 10 }] },
    facts: DWELT,
    gives: ["complete", "completed", "healthy"],
  },
  {
    name: "people who cost more take it back",
    plan: COST,
    observations: [...buckets({ rates: [null] }), means({ meanY: 150 })],
    gives: ["rollback", "rolled-back", "guardrail-crossed"],
  },
  {
    name: "people who cost the same do not",
    plan: COST,
    facts: DWELT,
    observations: [...buckets({ rates: [null] }), means({})],
    gives: ["advance", "running", "healthy"],
  },
  {
    name: "too few people prove nothing",
    plan: COST,
    facts: DWELT,
    observations: [...buckets({ rates: [null] }), means({ people: 20, meanY: 900, squaresY: 20 * 900 })],
    gives: ["hold", "running", "extended"],
  },
  {
    name: "nobody proves nothing",
    plan: COST,
    facts: DWELT,
    observations: buckets({ rates: [null] }),
    gives: ["hold", "running", "extended"],
  },
  {
    name: "without spread there is no certainty",
    plan: COST,
    facts: DWELT,
    observations: [...buckets({ rates: [null] }), means({ squaresY: 0 }, { squaresY: 0 })],
    gives: ["hold", "running", "extended"],
  },
  {
    name: "a score that falls takes it back",
    plan: { guardrails: [{ metric: "score:helpful", tolerance: 1.05 }] },
    facts: {
      baseline: baselineOf(planOf(), {
        guardrails: [
          {
            threshold: null,
            designEffect: 1,
            rate: null,
            spread: null,
            told: { event: "helpful", per: "events" },
            isLessWorse: true,
          },
        ],
      }),
    },
    observations: [...buckets({ rates: [null] }), means({ meanY: 60 })],
    gives: ["rollback", "rolled-back", "guardrail-crossed"],
  },
];

describe("[ramp-on-evidence] a rollout", () => {
  test.each(CASES)("$name", ({ facts: more = {}, plan, observations = buckets(), now = NOW, gives }) => {
    const planned = planOf(plan);
    const facts = factsOf({ plan: planned, baseline: baselineOf(planned), ...more });
    const decision = decide(facts, see(facts, observations), now);
    expect([decision.verdict, decision.state, decision.because[0]?.reason]).toEqual(gives);
    expect(decision.because.every(({ say }) => say.endsWith("."))).toBe(true);
  });

  test("a notifying guardrail says so beside what holds", () => {
    const plan = planOf({ guardrails: [{ metric: "error_rate", action: "notify" }] });
    const facts = factsOf({ plan });
    expect(decide(facts, see(facts, bad), NOW).because.map(({ reason }) => reason)).toEqual(["dwell", "guardrail-suspect"]);
  });

  test("held time is no dwell, and neither is time in which nothing was seen", () => {
    const held = factsOf({ gates: [gate("missing")] });
    expect(decide(held, see(held, buckets()), NOW)).toMatchObject({ dweltMs: 0, countedUntil: held.observedUntil });
    const open = factsOf();
    expect(decide(open, see(open, buckets()), NOW).dweltMs).toBe(590_000);
    const off = factsOf({ observedUntil: START + 72 * HOUR_MS, baseline: baselineOf(planOf(), { hours: [] }) });
    expect(decide(off, see(off, buckets({}, 3)), START + 72 * HOUR_MS).dweltMs).toBeLessThanOrEqual(10 * MINUTE_MS);
  });

  test("nothing that is missing, late, turned round or no number ever opens a step", () => {
    const spoils: readonly ((one: Observation, at: number) => readonly Observation[])[] = [
      () => [],
      (one, at) => (at > 40 ? [] : [one]),
      (_one, at) => [bucket(at, { rate: [Number.NaN, 0, Number.NaN, 0] })],
      (_one, at) => [bucket(at, { rate: [-100, -2, 900, 18] })],
      (_one, at) => [bucket(at, { rate: [Number.POSITIVE_INFINITY, 0, 900, 18] })],
      (_one, at) => [bucket(at, { rate: [100, 200, 900, 18] })],
      (_one, at) => [
        bucket(at, { rate: [900, 18, 100, 2] }),
        people(100 + at, { assigned: [90 * (at + 1), 10 * (at + 1)], means: [null] }),
      ],
    ];
    for (const spoil of spoils) {
      const facts = factsOf(DWELT);
      const { verdict } = decide(facts, see(facts, buckets().flatMap(spoil)), NOW);
      expect(["hold", "pause", "rollback"]).toContain(verdict);
    }
  });
});

describe("[verdicts-replay] what was seen", () => {
  const facts = factsOf();
  const inOrder = [...buckets({}, 20), people(21, { assigned: [100, 900], means: [null] })];

  test("is the same, added one by one or all at once", () => {
    const frame = frameOf(facts);
    const added = inOrder.reduce<Seen>((seen, one) => addObservation(frame, seen, one), seeNothing(frame));
    expect(added).toEqual(gather(frame, inOrder));
  });

  test("of a bucket that was appended again the last counts, and before it was, the first did", () => {
    const late = { ...bucket(3, { rate: [100, 50, 900, 18] }), sequence: 22 };
    const seen = see(facts, [...inOrder, late]);
    expect([seen.rates[0]?.harm.treated.events, see(facts, inOrder).rates[0]?.harm.treated.events]).toEqual([88, 40]);
    expect([seen.sequence, seen.rates[0]?.harm.buckets]).toEqual([22, 20]);
  });

  test("of people each is counted once, and a step has its own shares", () => {
    const seen = see(facts, [
      ...inOrder,
      people(22, { assigned: [150, 1_350], means: [null] }),
      people(23, { assigned: [500, 500], means: [null] }, 1),
      people(24, { assigned: [9, 0], means: [null] }, 7),
    ]);
    expect(seen.people).toMatchObject({ step: 1, assigned: [500, 500], sampleRatio: { users: 2_500 } });
  });

  test("only so many models are told apart", () => {
    const many = Array.from({ length: 60 }, (_, at) => bucket(at, { models: { treated: { [`m-${at}`]: 1 }, others: {} } }));
    expect(Object.keys(see(facts, many).models.treated)).toHaveLength(50);
  });
});
