/** Makes one flag of a snapshot ready, or says why it cannot be used. */

import { checkSplit } from "./bucketing/check-split.ts";
import { prefixOf } from "./bucketing/slot.ts";
import { SLOTS } from "./bucketing/split.ts";
import type { CompiledSnapshot } from "./compile-snapshot.ts";
import { type Evaluation, type FallbackValue, type FlagMetadata, type Reason } from "./details.ts";
import type { FlagType, Requirement } from "./flag.ts";
import { freezeDeep, type JsonValue } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { pathOf } from "./run.ts";
import type { SnapshotFlag, SnapshotServe } from "./snapshot.ts";
import { compileCondition } from "./targeting/condition.ts";

import {
  answerOf,
  type BrokenPlan,
  newOrigin,
  nothingLeft,
  type Origin,
  type Plan,
  type PlanFallback,
  type PlanRule,
  type PlanServe,
  type PlanSplit,
  type PlanVariant,
} from "./plan.ts";

/** Why a flag is PARSE_ERROR. Never leaves this file. */
class BrokenFlag extends Error {}

/**
 * Compiles one flag; never throws.
 *
 * Shape:  a flag as it came over the wire → a plan, or the problem that every evaluation then reports as PARSE_ERROR.
 * Source: ADR-0005.
 */
export function compilePlan(snapshot: CompiledSnapshot, key: string, source: SnapshotFlag): Plan | BrokenPlan {
  const base: FlagMetadata = { flagSetId: snapshot.flagSetId, version: String(source?.revision) };
  try {
    return buildPlan(snapshot, key, source, base);
  } catch (error) {
    if (!(error instanceof BrokenFlag)) throw error;
    return { problem: error.message, base };
  }
}

function buildPlan(snapshot: CompiledSnapshot, key: string, source: SnapshotFlag, base: FlagMetadata): Plan {
  expect(isRecord(source) && isRecord(source.variants), "the flag is not an object with variants");
  expect(["boolean", "string", "number", "object"].includes(source.type), "its type is not one that this version knows");
  expect(typeof source.enabled === "boolean", "enabled is not true or false");
  const stopped = new Set(listOf(source.stopped));
  const variants = Object.keys(source.variants).map((name) => planVariant(snapshot, source, name, stopped));
  const build: Build = { source, base, variants };
  const rules = listOf(source.rules).map((rule) => planRule(build, rule));
  expect(rules.length <= LIMITS.rules, `it has more than ${LIMITS.rules} rules`);
  const requires = listOf(source.requires);
  expect(requires.every(isRequirement), "requires is not a list of flags and variants");
  const targets = planTargets(build);
  const isBare = rules.length === 0 && targets === undefined && requires.length === 0;
  const fallback = listOf(source.fallback).map((entry) => {
    expect(isRecord(entry), "a fallback entry is not an object");
    const variant = variantOf(build, entry.variant);
    return {
      variant,
      value: Object.freeze({ variant: variant.name, value: variant.value, valueVersion: variant.version }),
      when: entry.when === undefined ? undefined : compileCondition(entry.when, "open"),
    };
  });
  const chain = constantChain(fallback);
  const served = planServe(build, source.default, isBare ? "STATIC" : "DEFAULT", { path: "default" });
  // One literal with every field: a spread here makes objects that V8 reads ten times slower.
  return {
    problem: undefined,
    key,
    source,
    base,
    isEnabled: source.enabled,
    requires,
    pin: source.pin,
    variants,
    targets,
    rules,
    default: served,
    fallback,
    chain,
    constant: source.enabled ? staticAnswer(key, isBare ? served : undefined, chain) : killedAnswer(key, base, fallback, chain),
  };
}

interface Build {
  readonly source: SnapshotFlag;
  readonly base: FlagMetadata;
  readonly variants: readonly PlanVariant[];
}

function expect(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new BrokenFlag(problem);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One empty list for all that have nothing in theirs. */
const NOTHING: readonly never[] = Object.freeze([]);

function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return NOTHING;
  expect(Array.isArray(list), "a list is not a list");
  return list;
}

function isRequirement(entry: unknown): entry is Requirement {
  if (!isRecord(entry) || typeof entry.flag !== "string") return false;
  const { variant } = entry;
  return typeof variant === "string" || (Array.isArray(variant) && variant.every((name) => typeof name === "string"));
}

function planVariant(snapshot: CompiledSnapshot, source: SnapshotFlag, name: string, stopped: ReadonlySet<unknown>): PlanVariant {
  const variant: unknown = source.variants[name];
  expect(isRecord(variant), `variant ${name} is not an object`);
  const { version, pinEpoch, only, earlier } = variant;
  expect(Number.isSafeInteger(version) && Number.isSafeInteger(pinEpoch), `variant ${name} has no version or pin epoch`);
  const value = valueOf(snapshot, source.type, name, variant.digest);
  return {
    name,
    value,
    version: version as number,
    pinEpoch: pinEpoch as number,
    isStopped: stopped.has(name),
    only: only === undefined ? undefined : compileCondition(only, "closed"),
    onlySource: only,
    earlier: earlier === undefined ? NO_EARLIER : earlierValues(snapshot, source.type, name, earlier),
  };
}

function earlierValues(
  snapshot: CompiledSnapshot,
  type: FlagType,
  name: string,
  earlier: unknown,
): ReadonlyMap<number, JsonValue> {
  expect(isRecord(earlier), `the earlier versions of variant ${name} are not an object`);
  return new Map(Object.entries(earlier).map(([version, digest]) => [Number(version), valueOf(snapshot, type, name, digest)]));
}

const NO_EARLIER: ReadonlyMap<number, JsonValue> = new Map();

function valueOf(snapshot: CompiledSnapshot, type: FlagType, name: string, digest: unknown): JsonValue {
  const { values } = snapshot.source;
  expect(typeof digest === "string" && Object.hasOwn(values, digest), `the value of variant ${name} is not in the snapshot`);
  const value = parseValue(name, values[digest]);
  expect(typeof value === type && value !== null, `the value of variant ${name} is not of type ${type}`);
  return freezeDeep(value);
}

function parseValue(name: string, text: unknown): JsonValue {
  try {
    return JSON.parse(text as string) as JsonValue;
  } catch {
    throw new BrokenFlag(`the value of variant ${name} is not JSON text`);
  }
}

function variantOf(build: Build, name: unknown): PlanVariant {
  const variant = build.variants.find((one) => one.name === name);
  expect(variant !== undefined, `there is no variant ${typeof name === "string" ? name : "of that name"}`);
  return variant;
}

function planTargets(build: Build): ReadonlyMap<string, PlanServe> | undefined {
  const { targets } = build.source;
  if (targets === undefined) return undefined;
  expect(isRecord(targets), "targets is not an object");
  const byKey = new Map<string, PlanServe>();
  const origin = newOrigin("TARGETING_MATCH", metadataAt(build.base, { path: "target" }));
  for (const [name, keys] of Object.entries(targets)) {
    const serve = serveOf(variantOf(build, name), origin);
    for (const key of listOf(keys)) if (!byKey.has(key)) byKey.set(key, serve);
  }
  return byKey.size === 0 ? undefined : byKey;
}

function planRule(build: Build, rule: unknown): PlanRule {
  expect(isRecord(rule) && typeof rule.id === "string", "a rule has no id");
  const { id, when } = rule;
  return {
    id,
    whenSource: when,
    when: undefined,
    serve: planServe(build, rule.serve, "TARGETING_MATCH", { path: "rule", ruleId: id }),
  };
}

function planServe(build: Build, serve: unknown, reason: Reason, at: Pick<FlagMetadata, "path" | "ruleId">): PlanServe {
  expect(isRecord(serve), "it serves nothing");
  const metadata = metadataAt(build.base, at);
  if (serve.split === undefined) return serveOf(variantOf(build, serve.variant), newOrigin(reason, metadata));
  const split = planSplit(build, serve as Extract<SnapshotServe, { split: unknown }>, at);
  return { variant: undefined, split, origin: newOrigin("SPLIT", metadata) };
}

function serveOf(variant: PlanVariant, origin: Origin): PlanServe {
  return { variant, split: undefined, origin };
}

function planSplit(
  build: Build,
  serve: Extract<SnapshotServe, { split: unknown }>,
  at: Pick<FlagMetadata, "path" | "ruleId">,
): PlanSplit {
  const problem = checkSplit(serve.split);
  expect(problem === undefined, `a split is not well formed: ${problem}`);
  const { by, salt, offset, ranges } = serve.split;
  const { ends, holders } = coverSlots(build, ranges, serve.rest, at.path === "rule");
  const restricted = [...new Set(holders)].filter((holder) => holder?.only !== undefined) as PlanVariant[];
  return {
    by,
    path: pathOf(by),
    salt,
    prefix: prefixOf(salt),
    offset,
    ends,
    holders,
    isForOne: holders.every((holder) => holder === holders[0]),
    restricted: restricted.length === 0 ? NOTHING : restricted,
    else: serve.else === undefined ? undefined : variantOf(build, serve.else),
    ineligible:
      restricted.length === 0 ? undefined : newOrigin("DISABLED", { ...build.base, ...at, path: "fallback", ineligible: true }),
  };
}

/** The ranges and the rest as pieces without gaps. */
function coverSlots(build: Build, ranges: readonly (readonly [number, number, string])[], rest: unknown, isRule: boolean) {
  const ends: number[] = [];
  const holders: (PlanVariant | undefined)[] = [];
  const push = (to: number, holder: PlanVariant | undefined): void => void (ends.push(to), holders.push(holder));
  let end = 0;
  for (const [from, to, variant] of ranges) {
    if (from > end) push(from, restOf(build, rest, isRule));
    push(to, variantOf(build, variant));
    end = to;
  }
  if (end < SLOTS) push(SLOTS, restOf(build, rest, isRule));
  return { ends, holders };
}

function restOf(build: Build, rest: unknown, isRule: boolean): PlanVariant | undefined {
  if (rest === "next-rule" && isRule) return undefined;
  expect(isRecord(rest), "its ranges leave slots uncovered and there is no rest");
  return variantOf(build, rest.variant);
}

/** A literal instead of a spread, so that all metadata share one hidden class. */
function metadataAt({ flagSetId, version }: FlagMetadata, { path, ruleId }: Pick<FlagMetadata, "path" | "ruleId">): FlagMetadata {
  return ruleId === undefined
    ? ({ flagSetId, version, path } as FlagMetadata)
    : ({ flagSetId, version, path, ruleId } as FlagMetadata);
}

function constantChain(fallback: readonly PlanFallback[]): readonly FallbackValue[] | undefined {
  if (fallback.some(({ when, variant }) => when !== undefined || variant.only !== undefined)) return undefined;
  return Object.freeze(fallback.filter(({ variant }) => !variant.isStopped).map(({ value }) => value));
}

/** On, with nothing but a default that everyone may have: the same answer for every context. */
function staticAnswer(
  key: string,
  served: PlanServe | undefined,
  chain: readonly FallbackValue[] | undefined,
): Evaluation | undefined {
  const variant = served?.variant;
  if (served === undefined || variant === undefined || chain === undefined || variant.isStopped || variant.only !== undefined)
    return undefined;
  return answerOf(key, served.origin, variant, chain);
}

/** Killed, with one chain for all. */
function killedAnswer(
  key: string,
  base: FlagMetadata,
  fallback: readonly PlanFallback[],
  chain: readonly FallbackValue[] | undefined,
): Evaluation | undefined {
  if (chain === undefined) return undefined;
  const metadata = metadataAt(base, { path: "fallback" });
  const first = fallback.find(({ variant }) => !variant.isStopped);
  return first === undefined ? nothingLeft(key, metadata) : answerOf(key, newOrigin("DISABLED", metadata), first.variant, chain);
}
