/** The part of a project that a change reads and edits, as plain data: the pure core works on this and on nothing else. */

import type { FlagDefinition, FlagEnvironment, SegmentEnvironment } from "@dimmer/evaluation";
import type { ContextRecord } from "../storage/context-record.ts";
import type { PriceSheetRecord } from "../storage/price-sheet-record.ts";
import type {
  EnvironmentRecord,
  FlagEnvironmentRecord,
  FlagRecord,
  SegmentRecord,
  ValueVersionRecord,
} from "../storage/store.ts";
import type { KnownSnippets } from "./known-snippets.ts";
import { pointerSegment, refusal } from "./refusal.ts";

/** What is left of a block that an environment once had: revisions, kills and pin epochs go on from there. */
export interface FormerBlock {
  readonly revision: number;
  readonly config: FlagEnvironment | SegmentEnvironment | null;
}

export interface ProjectState {
  readonly project: string;
  /** Epoch milliseconds of the change. */
  readonly at: number;
  readonly environments: ReadonlyMap<string, EnvironmentRecord>;
  readonly context: ContextRecord;
  /** Empty where no value is looked at. */
  readonly prices: PriceSheetRecord;
  /** Empty where no operation uses one. */
  readonly snippets: KnownSnippets;
  /** Those that the operations name; all of them where an operation must look at the whole project. */
  readonly flags: ReadonlyMap<string, FlagRecord>;
  readonly segments: ReadonlyMap<string, SegmentRecord>;
  /** Flag → its value versions, for flags whose values are read or made. */
  readonly versions: ReadonlyMap<string, readonly ValueVersionRecord[]>;
  /** Resource → what it was before it was removed. */
  readonly former: ReadonlyMap<string, FormerBlock>;
}

/** What of a definition says whether its values have templates. */
export type SharedSchema = FlagDefinition["schema"];

/** The names of resources, as `expected` and `effects` use them. */
export const CONTEXT_RESOURCE = "context";
export const flagResource = (flag: string): string => `flags/${flag}`;
export const flagEnvironmentResource = (flag: string, environment: string): string => `flags/${flag}/environments/${environment}`;
export const segmentResource = (segment: string): string => `segments/${segment}`;
export const segmentEnvironmentResource = (segment: string, environment: string): string =>
  `segments/${segment}/environments/${environment}`;

export function requireEnvironment(state: ProjectState, environment: string, pointer: string): void {
  if (state.environments.has(environment)) return;
  const known = [...state.environments.keys()].join(", ");
  throw refusal(
    "not-found",
    pointer,
    `Project ${state.project} has no environment "${environment}".`,
    `It has ${known || "none yet"}.`,
  );
}

/** The flag, archived or not. */
export function requireFlag(state: ProjectState, flag: string, pointer: string): FlagRecord {
  const record = state.flags.get(flag);
  if (record !== undefined) return record;
  throw refusal(
    "not-found",
    `${pointer}/flag`,
    `Project ${state.project} has no flag "${flag}".`,
    "Create it first, or check the key.",
  );
}

/** The flag, refused where it is archived. */
export function requireLiveFlag(state: ProjectState, flag: string, pointer: string): FlagRecord {
  const record = requireFlag(state, flag, pointer);
  if (record.archivedAt === null) return record;
  throw refusal("conflict", `${pointer}/flag`, `Flag "${flag}" is archived.`, "Unarchive it first.");
}

/** The segment, refused where it is removed. */
export function requireSegment(state: ProjectState, segment: string, pointer: string): SegmentRecord {
  const record = state.segments.get(segment);
  if (record !== undefined && record.removedAt === null) return record;
  throw refusal("not-found", `${pointer}/segment`, `Project ${state.project} has no segment "${segment}".`, "Create it first.");
}

export function requireVariant(record: FlagRecord, variant: string, pointer: string): FlagRecord["variants"][string] {
  const found = Object.hasOwn(record.variants, variant) ? record.variants[variant] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(record.variants).join(", ");
  throw refusal("not-found", pointer, `Flag "${record.key}" has no variant "${variant}".`, `It has ${known}.`);
}

/** What the flag does in the environment; refused where it is not configured there. */
export function requireBlock(
  state: ProjectState,
  record: FlagRecord,
  environment: string,
  pointer: string,
): FlagEnvironmentRecord {
  requireEnvironment(state, environment, `${pointer}/environment`);
  const block = blockOf(record, environment);
  if (block !== undefined) return block;
  const mend = "Configure it there first (configure-environment).";
  throw refusal("not-found", `${pointer}/environment`, `Flag "${record.key}" is not configured in ${environment}.`, mend);
}

export function blockOf<B>(
  record: { readonly environments: Readonly<Record<string, B>> } | undefined,
  environment: string,
): B | undefined {
  return record !== undefined && Object.hasOwn(record.environments, environment) ? record.environments[environment] : undefined;
}

/** The map of a run of operations, which nobody else holds: edited in place, as a copy for each of thousands of edits is none to bear. */
class RunMap<K, V> extends Map<K, V> {}

/** The same state for a run of operations: what `withEntry` makes of it replaces it, and whoever holds the given state sees none of it. */
export const openRun = (state: ProjectState): ProjectState => ({
  ...state,
  flags: new RunMap(state.flags),
  segments: new RunMap(state.segments),
  versions: new RunMap(state.versions),
  former: new RunMap(state.former),
});

/** What the run has come to, which no edit changes any more. */
export const closeRun = (state: ProjectState): ProjectState => ({
  ...state,
  flags: new Map(state.flags),
  segments: new Map(state.segments),
  versions: new Map(state.versions),
  former: new Map(state.former),
});

/** The map with this entry: a copy, or within a run the map itself. */
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  (map instanceof RunMap ? (map as RunMap<K, V>) : new Map(map)).set(key, value);

export function withFlag(state: ProjectState, record: FlagRecord): ProjectState {
  return { ...state, flags: withEntry(state.flags, record.key, record) };
}

/** The state with another configuration of the flag in one environment; `settleChange` counts the revisions. */
export function withConfig(state: ProjectState, record: FlagRecord, environment: string, config: FlagEnvironment): ProjectState {
  const revision = blockOf(record, environment)?.revision ?? 0;
  return withFlag(state, { ...record, environments: { ...record.environments, [environment]: { revision, config } } });
}

export function withSegment(state: ProjectState, record: SegmentRecord): ProjectState {
  return { ...state, segments: withEntry(state.segments, record.key, record) };
}

/** What the parsers of an environment's parts must know of the flag: its type and its variants' names and `only`. */
export function flagPart(record: FlagRecord): Pick<FlagDefinition, "type" | "variants"> {
  const variants = Object.entries(record.variants).map(([name, { description, only }]) => {
    return [
      name,
      { value: null, ...(description === undefined ? {} : { description }), ...(only === undefined ? {} : { only }) },
    ] as const;
  });
  return { type: record.definition.type, variants: Object.fromEntries(variants) };
}

/**
 * The configuration without what is kept for variants that are gone: their pin epochs must never start again from 0, so the
 * record keeps them, but nobody should see them.
 */
export function visibleConfig(record: FlagRecord, config: FlagEnvironment): FlagEnvironment {
  const { pinEpochs, ...rest } = config;
  const known = Object.entries(pinEpochs ?? {}).filter(([variant]) => Object.hasOwn(record.variants, variant));
  return known.length === 0 ? rest : { ...rest, pinEpochs: Object.fromEntries(known) };
}

/** A copy of a map without one of its keys. */
export function without<T>(map: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
}

/** Says which place of which resource an operation wrote, so that an issue found there can point into the request. */
export interface Origin {
  readonly resource: string;
  /** JSON Pointer into the resource, rules by id: `/rules/<id>`. Null where the request holds nothing of that shape. */
  readonly path: string | null;
  /** JSON Pointer into the request. */
  readonly pointer: string;
}

export const originAt = (resource: string, path: string, pointer: string): Origin => ({ resource, path, pointer });
export const touchedBy = (resource: string, pointer: string): Origin => ({ resource, path: null, pointer });
export const rulePath = (rule: string): string => (rule === "default" ? "/default" : `/rules${pointerSegment(rule)}`);
