/** Resources as effects address them: JSON in which every place has a name that lasts. */

import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import type { FlagRecord, SegmentRecord } from "../storage/store.ts";
import { blockOf, CONTEXT_RESOURCE, type ProjectState, visibleConfig } from "./project-state.ts";
import { digestOf } from "./value-digest.ts";

/**
 * What a resource is in a state; undefined where it is not there.
 *
 * Shape:  as authored, with three differences that make its JSON Pointers last: rules stand by id (`/rules/paid/serve`) with their
 *         order beside (`/ruleOrder`), values are version numbers and digests, and archived and removed are fields.
 */
export function viewResource(
  state: Pick<ProjectState, "flags" | "segments" | "context">,
  resource: string,
): JsonValue | undefined {
  if (resource === CONTEXT_RESOURCE) return (state.context.declaration ?? undefined) as JsonValue | undefined;
  const [noun, key = "", , environment] = resource.split("/");
  if (noun === "flags") return viewFlagResource(state.flags.get(key), environment);
  assert(noun === "segments", `${resource} is a flag or a segment`);
  return viewSegmentResource(state.segments.get(key), environment);
}

/** The names of the resources that a flag or segment is made of. */
export function resourcesOf(noun: "flags" | "segments", records: readonly (FlagRecord | SegmentRecord | undefined)[]): string[] {
  const names = records.flatMap((record) => {
    if (record === undefined) return [];
    const blocks = Object.keys(record.environments).map((environment) => `${noun}/${record.key}/environments/${environment}`);
    return [`${noun}/${record.key}`, ...blocks];
  });
  return [...new Set(names)];
}

function viewFlagResource(record: FlagRecord | undefined, environment: string | undefined): JsonValue | undefined {
  if (record === undefined) return undefined;
  if (environment === undefined) return viewShared(record);
  const config = blockOf(record, environment)?.config;
  return config === undefined ? undefined : viewConfig(visibleConfig(record, config));
}

function viewShared(record: FlagRecord): JsonValue {
  const variants = Object.entries(record.variants).map(([name, { draft, ...rest }]) => {
    return [name, { ...rest, ...(draft === undefined ? {} : { draft: digestOf(draft.value) }) }] as const;
  });
  return {
    ...record.definition,
    salt: record.salt,
    archived: record.archivedAt !== null,
    file: record.file?.name ?? null,
    variants: Object.fromEntries(variants),
  } as unknown as JsonValue;
}

export function viewConfig(config: FlagEnvironment): JsonValue {
  const { rules, ...rest } = config;
  if (rules === undefined) return rest as unknown as JsonValue;
  const byId = Object.fromEntries(rules.map(({ id, ...rule }) => [id, rule]));
  return { ...rest, rules: byId, ruleOrder: rules.map((rule) => rule.id) } as unknown as JsonValue;
}

function viewSegmentResource(record: SegmentRecord | undefined, environment: string | undefined): JsonValue | undefined {
  if (record === undefined || record.removedAt !== null) return undefined;
  if (environment === undefined) return { ...record.definition, file: record.file?.name ?? null };
  return blockOf(record, environment)?.config as JsonValue | undefined;
}
