/** What of a batch is taken: its time is set right, and names beyond the bounds are left out and counted. */

import type { DeclaredAttributes, Snapshot } from "@dimmer/evaluation";
import type { ContextCount, EvaluationCount, PeopleCount, TelemetryBatch } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import type { PlaceNames } from "./place-names.ts";
import { minuteOf } from "./times.ts";

/** Shape: `evaluations` and `dropped` are numbers of evaluations; together they are what came. */
export interface Admitted {
  readonly batch: TelemetryBatch;
  readonly evaluations: number;
  readonly dropped: number;
  /** Whether its time was none that can be meant. */
  readonly isClamped: boolean;
}

/** Which flags an environment has, and what its project declares of contexts. */
export interface KnownFlags {
  readonly declared: DeclaredAttributes;
  has(flag: string): boolean;
}

export const flagsIn = ({ flags, context = {} }: Pick<Snapshot, "flags" | "context">): KnownFlags => ({
  declared: context,
  has: (flag) => Object.hasOwn(flags, flag),
});

/**
 * Shape:  a flag that the environment does not have is unknown, whatever the batch says of it.
 * Errors: none; the form of the batch was checked at the edge.
 */
export function admitBatch(batch: TelemetryBatch, flags: KnownFlags, names: PlaceNames, now: number): Admitted {
  const isClamped = batch.minute < now - TELEMETRY_LIMITS.pastMs || batch.minute > now + TELEMETRY_LIMITS.futureMs;
  const evaluations = batch.evaluations.filter((count) => admitCount(count, flags, names));
  const sum = sumOf(evaluations);
  return {
    batch: {
      ...batch,
      minute: minuteOf(isClamped ? now : batch.minute),
      evaluations,
      people: batch.people.filter((people) => admitPeople(people, flags, names)),
      attributes: batch.attributes.filter(({ path }) => !isWithinPrivate(path, flags) && names.admit("attributes", path)),
      contexts: (batch.contexts ?? []).flatMap((count) => admitContext(count, flags)),
    },
    evaluations: sum,
    dropped: sumOf(batch.evaluations) - sum,
    isClamped,
  };
}

function admitCount(count: EvaluationCount, flags: KnownFlags, names: PlaceNames): boolean {
  const { count: _count, ...series } = count;
  const isKnown = flags.has(count.flag) || names.admit("unknownFlags", count.flag);
  return isKnown && names.admit("series", JSON.stringify(Object.values(series)));
}

/** What stands within a private attribute is a part of its value; an SDK that holds an older declaration may name it. */
export function isWithinPrivate(path: string, { declared }: KnownFlags): boolean {
  for (let end = path.lastIndexOf("."); end > 0; end = path.lastIndexOf(".", end - 1)) {
    const holder = path.slice(0, end);
    if (holder === "targetingKey" || isPrivate(holder, declared)) return true;
  }
  return false;
}

const isPrivate = (path: string, declared: DeclaredAttributes): boolean =>
  Object.hasOwn(declared, path) && declared[path]?.private === true;

/** Of a declared attribute; values only of those that are declared for all to see, whatever the batch says. */
function admitContext(count: ContextCount, { declared }: KnownFlags): ContextCount[] {
  const declaration = Object.hasOwn(declared, count.path) ? declared[count.path] : undefined;
  if (declaration === undefined) return [];
  return [{ ...count, values: shownValues(count, declared) }];
}

/** The values that are for all to see, as things are declared now. */
export function shownValues({ path, values }: Pick<ContextCount, "path" | "values">, declared: DeclaredAttributes) {
  if (isPrivate(path, declared) || !Object.hasOwn(declared, path)) return [];
  const known = (declared[path]?.values ?? []).map(String);
  return values.filter(({ value }) => known.includes(value));
}

/** Everybody, or the people of an address of a flag that there is. */
function admitPeople({ flag, path, rule }: PeopleCount, flags: KnownFlags, names: PlaceNames): boolean {
  return flag === undefined || (flags.has(flag) && names.admit("series", JSON.stringify(["people", flag, path, rule])));
}

const sumOf = (counts: readonly EvaluationCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);
