/** One flag made ready: its variants, rules and splits as data and closures that `evaluate` walks. */

import { checkSplit } from "./bucketing/check-split.ts";
import { prepareSalt, type Salt } from "./bucketing/slot.ts";
import { SLOTS } from "./bucketing/split.ts";
import type { CompiledSnapshot } from "./compile-snapshot.ts";
import { type Evaluation, type FallbackValue, type FlagMetadata, type Reason } from "./details.ts";
import type { FlagType, PinPolicy, Requirement } from "./flag.ts";
import { freezeDeep, type JsonValue } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { type AttributeReader, readerOf } from "./run.ts";
import type { SnapshotFlag, SnapshotServe } from "./snapshot.ts";
import { compileCondition, type Test } from "./targeting/condition.ts";

export interface Plan {
  readonly key: string;
  readonly source: SnapshotFlag;
  /** Why the flag cannot be used; everything else is then empty. */
  readonly problem: string | undefined;
  readonly base: FlagMetadata;
  readonly isEnabled: boolean;
  readonly requires: readonly Requirement[];
  readonly pin: PinPolicy | undefined;
  readonly variants: ReadonlyMap<string, PlanVariant>;
  /** Targeting key → variant. */
  readonly targets: ReadonlyMap<string, PlanVariant> | undefined;
  readonly targetOrigin: Origin;
  readonly rules: readonly PlanRule[];
  readonly default: PlanServe;
  readonly fallback: readonly PlanFallback[];
  /** The fallback chain where it is the same for every context. */
  readonly chain: readonly FallbackValue[] | undefined;
  readonly constant: Evaluation | undefined;
}

export interface PlanVariant {
  readonly name: string;
  readonly value: JsonValue;
  readonly version: number;
  readonly pinEpoch: number;
  readonly isStopped: boolean;
  readonly only: Test | undefined;
  readonly onlySource: unknown;
  /** Value versions that live pins may still hold. */
  readonly earlier: ReadonlyMap<number, JsonValue>;
  readonly asFallback: FallbackValue;
}

export interface PlanFallback {
  readonly variant: PlanVariant;
  readonly when: Test | undefined;
}

export interface PlanRule {
  readonly id: string;
  readonly when: Test | undefined;
  readonly whenSource: unknown;
  readonly serve: PlanServe;
}

/** How an answer came about; the ready answers of each variant are kept beside it, so that most evaluations allocate nothing. */
export interface Origin {
  readonly reason: Reason;
  readonly metadata: FlagMetadata;
  readonly answers: Map<PlanVariant, Evaluation>;
}

export type PlanServe =
  | { readonly variant: PlanVariant; readonly split?: undefined; readonly origin: Origin }
  | { readonly variant?: undefined; readonly split: PlanSplit; readonly origin: Origin };

export interface PlanSplit {
  readonly by: string;
  readonly read: AttributeReader;
  readonly salt: Salt;
  readonly offset: number;
  /** Ends of the pieces that cover all slots, ascending; `holders[i]` has the slots below `ends[i]`. */
  readonly ends: readonly number[];
  /** Undefined is the way on to the next rule. */
  readonly holders: readonly (PlanVariant | undefined)[];
  /** The one holder of all slots, where there is one: no key is needed then. */
  readonly single: PlanVariant | undefined;
  /** Live variants that not everybody may have. */
  readonly restricted: readonly PlanVariant[];
  readonly else: PlanVariant | undefined;
  readonly ineligible: Origin;
}

/** Why a flag is PARSE_ERROR. Never leaves this file. */
class BrokenFlag extends Error {}

/**
 * Compiles one flag; never throws.
 *
 * Shape:  a flag as it came over the wire → a plan, or a plan with a `problem` that every evaluation reports as PARSE_ERROR.
 * Source: ADR-0005.
 */
export function compilePlan(snapshot: CompiledSnapshot, key: string, source: SnapshotFlag): Plan {
  const base: FlagMetadata = { flagSetId: `${snapshot.project}/${snapshot.environment}`, version: String(source?.revision) };
  try {
    return buildPlan(snapshot, key, source, base);
  } catch (error) {
    if (!(error instanceof BrokenFlag)) throw error;
    return brokenPlan(key, source, base, error.message);
  }
}

function brokenPlan(key: string, source: SnapshotFlag, base: FlagMetadata, problem: string): Plan {
  const nothing = {
    key,
    source,
    base,
    isEnabled: false,
    requires: [],
    pin: undefined,
    variants: new Map(),
    targets: undefined,
    rules: [],
  };
  const origin = newOrigin("ERROR", base);
  const none = {
    name: "",
    value: null,
    version: 0,
    pinEpoch: 0,
    isStopped: true,
    only: undefined,
    onlySource: undefined,
    earlier: new Map(),
  };
  const variant = { ...none, asFallback: { variant: "", value: null, valueVersion: 0 } };
  return {
    ...nothing,
    problem,
    targetOrigin: origin,
    default: { variant, origin },
    fallback: [],
    chain: [],
    constant: undefined,
  };
}

function buildPlan(snapshot: CompiledSnapshot, key: string, source: SnapshotFlag, base: FlagMetadata): Plan {
  expect(isRecord(source) && isRecord(source.variants), "the flag is not an object with variants");
  expect(["boolean", "string", "number", "object"].includes(source.type), "its type is not one that this version knows");
  expect(typeof source.enabled === "boolean", "enabled is not true or false");
  const stopped = new Set(listOf(source.stopped));
  const variants = new Map(Object.keys(source.variants).map((name) => [name, planVariant(snapshot, source, name, stopped)]));
  const build: Build = { source, base, variants };
  const rules = listOf(source.rules).map((rule) => planRule(build, rule));
  expect(rules.length <= LIMITS.rules, `it has more than ${LIMITS.rules} rules`);
  const requires = listOf(source.requires);
  expect(requires.every(isRequirement), "requires is not a list of flags and variants");
  const targets = planTargets(build);
  const isBare = rules.length === 0 && targets === undefined && requires.length === 0;
  const fallback = listOf(source.fallback).map((entry) => {
    expect(isRecord(entry), "a fallback entry is not an object");
    return {
      variant: variantOf(build, entry.variant),
      when: entry.when === undefined ? undefined : compileCondition(entry.when, "open"),
    };
  });
  const plan = {
    key,
    source,
    problem: undefined,
    base,
    isEnabled: source.enabled,
    requires,
    pin: source.pin,
    variants,
    targets,
    targetOrigin: newOrigin("TARGETING_MATCH", { ...base, path: "target" }),
    rules,
    default: planServe(build, source.default, isBare ? "STATIC" : "DEFAULT", { path: "default" }),
    fallback,
    chain: constantChain(fallback),
  };
  return { ...plan, constant: constantAnswer(plan, isBare) };
}

interface Build {
  readonly source: SnapshotFlag;
  readonly base: FlagMetadata;
  readonly variants: ReadonlyMap<string, PlanVariant>;
}

function expect(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new BrokenFlag(problem);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return [];
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
    earlier: new Map(
      Object.entries(isRecord(earlier) ? earlier : {}).map(([number, digest]) => [
        Number(number),
        valueOf(snapshot, source.type, name, digest),
      ]),
    ),
    asFallback: Object.freeze({ variant: name, value, valueVersion: version as number }),
  };
}

function valueOf(snapshot: CompiledSnapshot, type: FlagType, name: string, digest: unknown): JsonValue {
  const { values } = snapshot.source;
  expect(typeof digest === "string" && Object.hasOwn(values, digest), `the value of variant ${name} is not in the snapshot`);
  const value = values[digest] as JsonValue;
  expect(typeof value === type && value !== null, `the value of variant ${name} is not of type ${type}`);
  return freezeDeep(value);
}

function variantOf(build: Build, name: unknown): PlanVariant {
  const variant = typeof name === "string" ? build.variants.get(name) : undefined;
  expect(variant !== undefined, `there is no variant ${typeof name === "string" ? name : "of that name"}`);
  return variant;
}

function planTargets(build: Build): ReadonlyMap<string, PlanVariant> | undefined {
  const { targets } = build.source;
  if (targets === undefined) return undefined;
  expect(isRecord(targets), "targets is not an object");
  const byKey = new Map<string, PlanVariant>();
  for (const [name, keys] of Object.entries(targets)) {
    const variant = variantOf(build, name);
    for (const key of listOf(keys)) if (!byKey.has(key)) byKey.set(key, variant);
  }
  return byKey.size === 0 ? undefined : byKey;
}

function planRule(build: Build, rule: unknown): PlanRule {
  expect(isRecord(rule) && typeof rule.id === "string", "a rule has no id");
  const { id, when } = rule;
  return {
    id,
    when: when === undefined ? undefined : compileCondition(when, "open"),
    whenSource: when,
    serve: planServe(build, rule.serve, "TARGETING_MATCH", { path: "rule", ruleId: id }),
  };
}

function planServe(build: Build, serve: unknown, reason: Reason, at: Pick<FlagMetadata, "path" | "ruleId">): PlanServe {
  expect(isRecord(serve), "it serves nothing");
  const metadata = { ...build.base, ...at };
  if (serve.split === undefined) return { variant: variantOf(build, serve.variant), origin: newOrigin(reason, metadata) };
  const split = planSplit(build, serve as Extract<SnapshotServe, { split: unknown }>, at);
  return { split, origin: newOrigin("SPLIT", metadata) };
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
  const live = [...new Set(holders)].filter((holder) => holder !== undefined);
  return {
    by,
    read: readerOf(by),
    salt: prepareSalt(salt),
    offset,
    ends,
    holders,
    single: holders.every((holder) => holder === holders[0]) ? holders[0] : undefined,
    restricted: live.filter((variant) => variant.only !== undefined),
    else: serve.else === undefined ? undefined : variantOf(build, serve.else),
    ineligible: newOrigin("DISABLED", { ...build.base, ...at, path: "fallback", ineligible: true }),
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

export const newOrigin = (reason: Reason, metadata: FlagMetadata): Origin => ({ reason, metadata, answers: new Map() });

function constantChain(fallback: readonly PlanFallback[]): readonly FallbackValue[] | undefined {
  if (fallback.some(({ when, variant }) => when !== undefined || variant.only !== undefined)) return undefined;
  return Object.freeze(fallback.filter(({ variant }) => !variant.isStopped).map(({ variant }) => variant.asFallback));
}

/** Killed with one chain for all, or on with nothing but a default: the same answer for every context. */
function constantAnswer(plan: Omit<Plan, "constant">, isBare: boolean): Evaluation | undefined {
  const { chain } = plan;
  if (chain === undefined) return undefined;
  if (!plan.isEnabled) {
    const origin = newOrigin("DISABLED", { ...plan.base, path: "fallback" });
    const first = plan.fallback.find(({ variant }) => !variant.isStopped);
    return first === undefined ? nothingLeft(plan.key, origin.metadata) : answerOf(plan.key, origin, first.variant, chain);
  }
  const { variant, origin } = plan.default;
  if (!isBare || variant === undefined || variant.isStopped || variant.only !== undefined) return undefined;
  return answerOf(plan.key, origin, variant, chain);
}

/** The answer that serves a variant; frozen, as it is handed to every caller. */
export function answerOf(flagKey: string, origin: Origin, variant: PlanVariant, chain: readonly FallbackValue[]): Evaluation {
  const flagMetadata = Object.freeze({ ...origin.metadata, valueVersion: variant.version });
  return Object.freeze({
    flagKey,
    value: variant.value,
    variant: variant.name,
    reason: origin.reason,
    flagMetadata,
    fallback: chain,
  });
}

/** Every fallback is stopped or does not hold: the caller's default, DISABLED, no error code. */
export function nothingLeft(flagKey: string, metadata: FlagMetadata): Evaluation {
  return Object.freeze({ flagKey, value: undefined, reason: "DISABLED", flagMetadata: Object.freeze(metadata), fallback: [] });
}
