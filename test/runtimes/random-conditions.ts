/** Random contexts, and condition trees that have a fair chance to hold for them: every operator, and what breaks one. */

import { OPERATORS, type Operator } from "@dimmer/evaluation";
import type { Random } from "./seeded-random.ts";

type Json = Readonly<Record<string, unknown>>;

const PLANS = ["pro", "free", "team", "enterprise", "", "é", "😀pro", "li\nne"];
const NUMBERS = [0, 1, 3, 17.5, 18, 65, -1, 9007199254740991, 1e21];
const VERSIONS = [
  "1.2.3",
  "2.3.0",
  "2.3.0-beta.2",
  "2.3.0-beta.11",
  "2.3.0-rc",
  "2.3.0+b.1",
  "10.0.0",
  "v1.2.3",
  "1.2",
  "01.2.3",
];
const ADDRESSES = ["10.0.0.1", "10.255.0.9", "192.168.1.7", "::1", "2001:DB8::1", "::ffff:10.0.0.1", "10.0.0.01", "fe80::1%eth0"];
const MOMENTS = [
  "2026-01-01T00:00:00Z",
  "2026-01-01t02:00:00.0019+02:00",
  "2024-02-29T23:59:59.999-12:30",
  "2025-12-31T22:30:00-01:30",
  "0000-03-01T00:00:00Z",
  "2025-02-29T00:00:00Z",
  "2026-06-30T23:59:60Z",
  "2026-01-01",
  "2026-01-01T00:00:00",
  1_767_225_600_000,
  1_767_225_600_001,
];
export const KEYS = Array.from({ length: 12 }, (_, at) => (at === 0 ? 7 : at === 1 ? "李雷" : `user-${at}`));

/** Attribute → the values it takes when it is not nonsense. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  targetingKey: KEYS,
  plan: PLANS,
  age: NUMBERS,
  version: VERSIONS,
  ip: ADDRESSES,
  since: MOMENTS,
  beta: [true, false],
  segment: PLANS,
  "organization.plan": PLANS,
  "organization.id": [1, 2, -3, 1.5, "one", ""],
  "tags.1": PLANS,
  missing: [null],
};
const ATTRIBUTES = Object.keys(VALUES);

export function randomContext(random: Random): unknown {
  if (random.isOne(60)) return random.pick([null, 5, "x", [], true]);
  const context: Record<string, unknown> = {};
  for (const name of ATTRIBUTES)
    if (!random.isOne(5) && name !== "missing") put(random, context, name, randomValue(random, name));
  if (random.isOne(4)) context["tags"] = random.many(0, 3, () => random.pick(PLANS));
  if (random.isOne(8)) context["targetingKey"] = random.pick(["", null, 1.5, true]);
  return context;
}

/** Dotted names are a path, or now and then an exact key, which wins. */
function put(random: Random, context: Record<string, unknown>, name: string, value: unknown): void {
  const [head, tail] = name.split(".") as [string, string?];
  if (tail === undefined || random.isOne(5)) context[name] = value;
  else context[head] = { ...(context[head] as Json | undefined), [tail]: value };
}

function randomValue(random: Random, name: string): unknown {
  const own = (): unknown => random.pick(VALUES[name] ?? [null]);
  if (random.isOne(8)) return random.pick([null, "3", 3, true, {}, [], [[]], [null], { plan: "pro" }]);
  if (name !== "targetingKey" && random.isOne(7)) return random.many(0, 4, own);
  if (name === "plan" && random.isOne(15)) return random.pick(["x".repeat(1_024), "x".repeat(1_025), "😀".repeat(513)]);
  if (name === "age" && random.isOne(25)) return Array.from({ length: 1_000 + random.integer(2) }, (_, at) => at - 10);
  return own();
}

/** A tree of at most `depth` levels that names segments out of `segments`. */
export function randomCondition(random: Random, segments: readonly string[], depth = 3): Json {
  if (random.isOne(40)) return brokenTree(random);
  const parts = random.many(1, random.isOne(3) ? 2 : 1, () => randomPart(random, segments, depth));
  return Object.fromEntries(parts);
}

function randomPart(random: Random, segments: readonly string[], depth: number): [string, unknown] {
  const below = (): Json => randomCondition(random, segments, depth - 1);
  const kind = depth <= 1 ? 9 : random.integer(12);
  if (kind === 0) return ["all", random.many(1, 3, below)];
  if (kind === 1 || kind === 2) return ["any", random.many(1, 3, below)];
  if (kind === 3 || kind === 4) return ["not", below()];
  if (kind === 5) return ["segment", randomSegments(random, segments)];
  if (kind === 6) return ["attribute", { segment: randomTest(random, "segment") }];
  const name = random.pick(ATTRIBUTES);
  return name === "segment" ? ["attribute", { [name]: randomTest(random, name) }] : [name, randomTest(random, name)];
}

function randomSegments(random: Random, segments: readonly string[]): unknown {
  const one = (): string => (segments.length === 0 || random.isOne(8) ? "no-such-segment" : random.pick(segments));
  return random.isOne(2) ? one() : random.many(1, 3, one);
}

/** Trees that are empty, not trees, too deep or too wide. */
function brokenTree(random: Random): Json {
  const deep = (levels: number): Json => (levels === 0 ? { plan: "pro" } : { not: deep(levels - 1) });
  // One part for the tree, two for every tree in it, and those that are added.
  const wide = (added: Json): Json => ({ any: Array.from({ length: 999 }, (_, at) => ({ plan: PLANS[at % 8] })), ...added });
  return random.pick<() => Json>([
    () => ({}),
    () => ({ any: [] }),
    () => ({ all: "pro" }),
    () => ({ not: null }),
    () => ({ segment: [] }),
    () => ({ segment: 3 }),
    () => ({ attribute: {} }),
    () => deep(15),
    () => deep(16),
    () => wide({ missing: { exists: false } }),
    () => wide({ missing: { exists: false }, absent: { exists: false } }),
    () => ({ plan: { contains: Array.from({ length: 1_000 + random.integer(2) }, (_, at) => `p${at}`) } }),
  ])();
}

function randomTest(random: Random, name: string): unknown {
  const own = (): unknown => random.pick(VALUES[name] ?? [null]);
  if (random.isOne(30))
    return random.pick<unknown>([{}, [], null, { newer: 1 }, { eq: "pro", newer: 1 }, [["pro"]], { exists: "yes" }]);
  if (random.isOne(4)) return own();
  if (random.isOne(4)) return random.many(1, 4, own);
  const count = random.isOne(3) ? 2 : 1;
  return Object.fromEntries(random.many(count, count, () => randomOperator(random, fittingOperator(random, name))));
}

/** Mostly an operator for what the attribute holds. */
function fittingOperator(random: Random, name: string): Operator {
  const fitting: Readonly<Record<string, readonly Operator[]>> = {
    age: ["gt", "gte", "lt", "lte", "eq"],
    version: ["semver"],
    ip: ["cidr"],
    since: ["before", "after"],
    plan: ["contains", "startsWith", "endsWith", "matches", "in", "eq"],
  };
  const operators = fitting[name];
  return operators === undefined || random.isOne(8) ? random.pick(OPERATORS) : random.pick(operators);
}

const ATTRIBUTE_OF: Partial<Record<Operator, string>> = {
  gt: "age",
  gte: "age",
  lt: "age",
  lte: "age",
  semver: "version",
  cidr: "ip",
  before: "since",
  after: "since",
};

/** One attribute with one operator that fits it, for a look at that operator alone. */
export function randomProbe(random: Random, operator: Operator): Json {
  return { [ATTRIBUTE_OF[operator] ?? "plan"]: Object.fromEntries([randomOperator(random, operator)]) };
}

function randomOperator(random: Random, operator: Operator): [Operator, unknown] {
  return [operator, random.isOne(25) ? random.pick([null, {}, [], "no", [1, "a"]]) : OPERANDS[operator](random)];
}

const oneOrMore = (list: readonly string[]) => (random: Random) =>
  random.isOne(2) ? random.pick(list) : random.many(1, 3, () => random.pick(list));
const number = (random: Random): number => random.pick(NUMBERS);
const moment = (random: Random): unknown => random.pick(MOMENTS);
const PIECES = ["p", "pro", "e", "", "ee", "😀", "r"];
const PATTERNS = [
  "^pro",
  "o$",
  "^(e+|f)*r",
  "[a-z]{3,4}$",
  "\\d+",
  "p.*o",
  "fr|te",
  "(?:x|e)+?",
  "\\bpro\\b",
  "^.$",
  "i.n",
  "(",
  "(?=a)",
  "\\W",
];
const NETWORKS = [
  "10.0.0.0/8",
  "10.0.0.1/32",
  "0.0.0.0/0",
  "::/0",
  "2001:db8::/32",
  "::ffff:0:0/96",
  "10.1.0.0/8",
  "10.0.0.0",
  "::1/128",
];

const OPERANDS: Readonly<Record<Operator, (random: Random) => unknown>> = {
  eq: (random) => random.pick<unknown>([...PLANS, ...NUMBERS, true, false]),
  in: (random) => random.many(1, 4, () => random.pick<unknown>([...PLANS, ...NUMBERS, true, false])),
  contains: oneOrMore(PIECES),
  startsWith: oneOrMore(PIECES),
  endsWith: oneOrMore(PIECES),
  matches: oneOrMore(PATTERNS),
  gt: number,
  gte: number,
  lt: number,
  lte: number,
  before: moment,
  after: moment,
  semver: (random) =>
    Object.fromEntries(random.many(1, 2, () => [random.pick(["eq", "gt", "gte", "lt", "lte"]), random.pick(VERSIONS)])),
  cidr: oneOrMore(NETWORKS),
  exists: (random) => random.isOne(2),
};
