/** Which flags may decide differently after a swap. */

import type { CompiledSnapshot, Condition, JsonValue, SnapshotFlag } from "@dimmer/evaluation";

/**
 * Compares two snapshots flag by flag.
 *
 * Shape:  keys of flags that are new, gone, or differ in configuration, in a value they carry, in a segment they ask,
 *         or in a flag they require; in the order of the newer snapshot, the gone ones last.
 * Errors: none; flags of a form that cannot be read count as changed only when their JSON is.
 */
export function changedFlags(before: CompiledSnapshot, after: CompiledSnapshot): readonly string[] {
  const segments = changedSegments(before, after);
  const changed = new Set<string>();
  for (const [key, { source }] of after.flags) {
    const earlier = before.flags.get(key)?.source;
    if (earlier === undefined || !isSameFlag(earlier, before, source, after) || asksOneOf(source, segments)) changed.add(key);
  }
  for (const key of before.flags.keys()) if (!after.flags.has(key)) changed.add(key);
  if (changed.size > 0) addDependents(changed, after);
  return inOrder(changed, after);
}

/** Identity first: a patch leaves alone what it does not name, and that is nearly everything. */
function isSameFlag(a: SnapshotFlag, inA: CompiledSnapshot, b: SnapshotFlag, inB: CompiledSnapshot): boolean {
  if (a !== b && !isSameJson({ ...a, revision: 0 }, { ...b, revision: 0 })) return false;
  return digestsOf(b).every((digest) => inA.source.values[digest] === inB.source.values[digest]);
}

/** A server's digests name their content; a file's only name their place. */
function digestsOf(flag: SnapshotFlag): readonly string[] {
  return Object.values(asRecord(flag.variants)).flatMap((variant) => {
    const { digest } = asRecord(variant) as { readonly digest?: unknown };
    return typeof digest === "string" ? [digest] : [];
  });
}

function changedSegments(before: CompiledSnapshot, after: CompiledSnapshot): ReadonlySet<string> {
  const names = new Set([...Object.keys(before.source.segments), ...Object.keys(after.source.segments)]);
  const changed = [...names].filter((name) => !isSameJson(before.source.segments[name], after.source.segments[name]));
  return withNested(new Set(changed), after);
}

/** A segment that asks a changed segment has changed as well. */
function withNested(changed: Set<string>, { source }: CompiledSnapshot): ReadonlySet<string> {
  if (changed.size === 0) return changed;
  growUntilStable(changed, Object.entries(source.segments), (segment) => asksOneOf(segment.when, changed));
  return changed;
}

/** A flag that requires a changed flag may serve something else now. */
function addDependents(changed: Set<string>, after: CompiledSnapshot): void {
  const requiring = [...after.flags].filter(([, { source }]) => Array.isArray(source.requires) && source.requires.length > 0);
  growUntilStable(
    changed,
    requiring,
    ({ source }) => source.requires?.some((required) => changed.has(asRecord(required)["flag"] as string)) ?? false,
  );
}

function growUntilStable<T>(set: Set<string>, entries: readonly (readonly [string, T])[], belongs: (entry: T) => boolean): void {
  for (let size = -1; size !== set.size;) {
    size = set.size;
    for (const [key, entry] of entries) if (!set.has(key) && belongs(entry)) set.add(key);
  }
}

/** Whether a condition anywhere below names one of the segments. */
function asksOneOf(part: unknown, segments: ReadonlySet<string>): boolean {
  if (segments.size === 0 || typeof part !== "object" || part === null) return false;
  const { segment } = part as Condition;
  const named = Array.isArray(segment) ? segment : [segment];
  return named.some((name) => segments.has(name as string)) || Object.values(part).some((inner) => asksOneOf(inner, segments));
}

function inOrder(changed: ReadonlySet<string>, after: CompiledSnapshot): readonly string[] {
  const present = [...after.flags.keys()].filter((key) => changed.has(key));
  return [...present, ...[...changed].filter((key) => !after.flags.has(key))];
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Structural equality of JSON; the order of an object's members does not count, save where it is the order of a map. */
export function isSameJson(a: JsonLike, b: JsonLike): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b))
    return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameJson((a as Members)[key], (b as Members)[key]));
}

type JsonLike = JsonValue | object | undefined;
type Members = Readonly<Record<string, JsonLike>>;
