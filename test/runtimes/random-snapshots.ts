/** Random snapshots with everything a flag can have, and questions to them. */

import { type EvaluateOptions, OPERATORS, slotOf, type Snapshot } from "@dimmer/evaluation";
import { KEYS, randomCondition, randomContext, randomProbe } from "./random-conditions.ts";
import type { Random } from "./seeded-random.ts";

type Json = Readonly<Record<string, unknown>>;

export interface Question {
  readonly flag: string;
  readonly context: unknown;
  readonly options?: EvaluateOptions;
  /** What alone decides the flag that is asked: an operator, or a segment. */
  readonly probe?: string;
}

const FLAGS = ["a", "b", "c", "d"];
const SEGMENTS = ["people", "testers", "staff"];
const TYPES = { boolean: [true, false], string: ["s", "t"], number: [1, 2.5], object: [{ m: [1] }, { m: null }] } as const;
const NAMES = ["x", "y", "z"];

export function randomSnapshot(random: Random): Snapshot {
  const values: Record<string, string> = {};
  for (const [type, list] of Object.entries(TYPES))
    list.forEach((value, at) => (values[`${type}-${at}`] = JSON.stringify(value)));
  const flags: [string, unknown][] = FLAGS.map((key, at) => [key, randomFlag(random, key, FLAGS.slice(at + 1))]);
  for (const operator of OPERATORS) flags.push([`probe-${operator}`, probeFlag([randomProbe(random, operator)])]);
  flags.push(["probe-segment", probeFlag([{ segment: random.pick(SEGMENTS) }])]);
  if (random.isOne(80)) flags.push(["probe-steps", probeFlag(TIRING)]);
  return {
    format: 1,
    project: "random",
    environment: "test",
    epoch: "e",
    version: 1,
    flags: Object.fromEntries(flags),
    segments: { ...randomSegments(random), loop: { when: { any: [{ segment: "loop" }, { plan: "pro" }] } } },
    values,
  } as unknown as Snapshot;
}

/** A segment names only those before it: a circle of several would be cut at the limit of steps, which is for other tests. */
function randomSegments(random: Random): Json {
  const one = (at: number): Json => ({
    ...(random.isOne(2) ? { include: keys(random) } : {}),
    ...(random.isOne(3) ? { exclude: keys(random) } : {}),
    ...(random.isOne(3) ? {} : { when: randomCondition(random, SEGMENTS.slice(0, at), 2) }),
    ...(random.isOne(40)
      ? { include: random.pick<unknown>([3, [7], Array.from({ length: 10_001 }, (_, key) => `k${key}`)]) }
      : {}),
  });
  return Object.fromEntries(SEGMENTS.map((name, at) => [name, one(at)]));
}

const keys = (random: Random): string[] => random.many(0, 6, () => String(random.pick(KEYS)));

const condition = (random: Random): Json => randomCondition(random, [...SEGMENTS, "loop"]);

function randomFlag(random: Random, key: string, later: readonly string[]): unknown {
  const type = random.pick(Object.keys(TYPES) as (keyof typeof TYPES)[]);
  const variants = Object.fromEntries(NAMES.map((name) => [name, randomVariant(random, type)]));
  const flag = {
    revision: random.integer(9) + 1,
    type,
    enabled: !random.isOne(12),
    variants,
    fallback: random.many(0, 3, () => ({
      ...(random.isOne(2) ? { when: condition(random) } : {}),
      variant: random.pick(NAMES),
    })),
    ...(random.isOne(4) ? { stopped: [random.pick(NAMES)] } : {}),
    ...(random.isOne(4) ? { requires: [randomRequirement(random, key, later)] } : {}),
    ...(random.isOne(2) ? { pin: { by: "sessionId", for: "1h" } } : {}),
    ...(random.isOne(3) ? { targets: { [random.pick(NAMES)]: keys(random), [random.pick(NAMES)]: keys(random) } } : {}),
    ...(random.isOne(5) ? {} : { rules: random.many(0, 3, (at) => randomRule(random, at)) }),
    default: randomServe(random, false),
  };
  return random.isOne(25) ? broken(random, flag) : flag;
}

/** Itself now and then: a circle, which is a chain that is too long. */
function randomRequirement(random: Random, key: string, later: readonly string[]): Json {
  const flag = random.isOne(12) ? key : random.isOne(12) ? "no-such-flag" : random.pick(later.length === 0 ? [key] : later);
  return { flag, variant: random.isOne(3) ? random.pick(NAMES) : ["x", "y"] };
}

function randomVariant(random: Random, type: string): Json {
  return {
    version: 3,
    digest: `${type}-${random.integer(2)}`,
    pinEpoch: random.integer(2),
    ...(random.isOne(3) ? { only: condition(random) } : {}),
    ...(random.isOne(3) ? { earlier: { 2: `${type}-${random.integer(2)}` } } : {}),
  };
}

function randomRule(random: Random, at: number): Json {
  return { id: `rule-${at}`, ...(random.isOne(12) ? {} : { when: condition(random) }), serve: randomServe(random, true) };
}

function randomServe(random: Random, isRule: boolean): Json {
  if (random.isOne(2)) return { variant: random.pick(NAMES) };
  const salt = random.pick(["salt", "соль"]);
  const offset = random.pick([0, 0, 1, 50_000, 99_999]);
  // A cut right before or behind somebody's slot.
  const cut = (slotOf(salt, String(random.pick(KEYS))) + offset + random.integer(2)) % 100_000;
  const ranges = randomRanges(random, cut);
  const covered = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  const needsRest = covered < 100_000 || random.isOne(4);
  return {
    split: {
      algorithm: "sha1-slot-v1",
      slots: 100_000,
      salt,
      by: random.pick(["targetingKey", "targetingKey", "organization.id", "age"]),
      offset,
      ranges,
    },
    ...(needsRest ? { rest: isRule && random.isOne(2) ? "next-rule" : { variant: random.pick(NAMES) } } : {}),
    ...(random.isOne(2) ? { else: random.pick(NAMES) } : {}),
  };
}

function randomRanges(random: Random, cut: number): [number, number, string][] {
  if (random.isOne(5)) return [[0, 100_000, random.pick(NAMES)]];
  const cuts = [...new Set([0, cut, ...random.many(1, 4, () => random.integer(100_000)), 100_000])].sort(
    (one, other) => one - other,
  );
  const pieces = cuts.slice(1).map((to, at): [number, number, string] => [cuts[at] ?? 0, to, random.pick(NAMES)]);
  return random.isOne(2) ? pieces : pieces.filter(() => !random.isOne(3));
}

/** One mistake that makes the whole flag unusable. */
function broken(random: Random, flag: Json): unknown {
  const split = {
    algorithm: "sha1-slot-v1",
    slots: 100_000,
    salt: "s",
    by: "targetingKey",
    offset: 0,
    ranges: [[0, 100_000, "x"]],
  };
  return {
    ...flag,
    ...random.pick<Json>([
      { type: "list" },
      { enabled: "yes" },
      { default: { variant: "nobody" } },
      { default: {} },
      { rules: {} },
      { stopped: null },
      { targets: { nobody: [] } },
      { requires: [{ flag: "b" }] },
      { fallback: [{ variant: "nobody" }] },
      { rules: [{ serve: { variant: "x" } }] },
      { variants: { x: { version: 1, digest: "not-there", pinEpoch: 0 } } },
      { default: { split: { ...split, algorithm: "sha1-slot-v2" } } },
      { default: { split: { ...split, ranges: [[0, 50_000, "x"]] } } },
      { default: { split: { ...split, ranges: [] }, rest: "next-rule" } },
      { default: { split: { ...split, ranges: [[5, 5, "x"]] }, rest: { variant: "x" } } },
      { default: { split: { ...split, offset: 100_000 } } },
    ]),
  };
}

/** What its rules say is what is served. */
function probeFlag(trees: readonly Json[]): Json {
  const variant = { version: 1, pinEpoch: 0 };
  return {
    revision: 1,
    type: "boolean",
    enabled: true,
    variants: { on: { ...variant, digest: "boolean-0" }, off: { ...variant, digest: "boolean-1" } },
    fallback: [{ variant: "off" }],
    rules: trees.map((when, at) => ({ id: `probe-${at}`, when, serve: { variant: "on" } })),
    default: { variant: "off" },
  };
}

/** With a list of 1,000 ages the first takes 198,100 steps and each of the others 999, of the 200,000 that there are. */
const TIRING: readonly Json[] = [
  { all: [...Array.from({ length: 99 }, () => ({ not: { age: { gt: 1e9, lt: 1e9 } } })), { missing: "x" }] },
  { any: Array.from({ length: 999 }, () => ({ missing: "x" })) },
  { any: Array.from({ length: 999 }, () => ({ missing: "x" })) },
];

export function randomQuestions(random: Random, snapshot: Snapshot): Question[] {
  const probes = [...OPERATORS, "segment", "segment"].map((probe) => ({
    flag: `probe-${probe}`,
    context: randomContext(random),
    probe,
  }));
  const asked = random.many(6, 6, () => ({
    flag: random.isOne(40) ? random.pick(["none", "__proto__", ""]) : random.pick(FLAGS),
    context: randomContext(random),
    ...(random.isOne(3) ? { options: randomOptions(random) } : {}),
  }));
  const tiring = { flag: "probe-steps", context: { age: Array.from({ length: 1_000 }, (_, at) => at) } };
  return [...asked, ...probes, ...("probe-steps" in snapshot.flags ? [tiring] : [])];
}

function randomOptions(random: Random): EvaluateOptions {
  const flags = random.many(1, 4, () => random.pick(FLAGS));
  const overrides = Object.fromEntries(flags.map((flag) => [flag, random.pick([...NAMES, "nobody"])]));
  const pin = () => ({
    variant: random.pick([...NAMES, "nobody"]),
    valueVersion: random.pick([1, 2, 3]),
    pinEpoch: random.integer(2),
    reason: random.pick(["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT"] as const),
    ...(random.isOne(2) ? { expiresAt: 1_000 } : {}),
  });
  return {
    ...(random.isOne(4) ? {} : { now: random.pick([999, 1_000]) }),
    ...(random.isOne(3) ? { overrides } : {}),
    ...(random.isOne(4) ? {} : { pins: Object.fromEntries(FLAGS.map((flag) => [flag, pin()])) }),
  };
}
