/** A flag in every environment: create, update its shared fields, archive, unarchive. */

import {
  type FlagDefinition,
  type FlagEnvironment,
  type JsonValue,
  parseFlagDefinition,
  type VariantDefinition,
  variantsOf,
} from "@dimmer/evaluation";
import type { FlagFields } from "@dimmer/protocol";
import { digestOf } from "../value-digest.ts";
import {
  flagEnvironmentResource,
  flagResource,
  originAt,
  requireEnvironment,
  requireFlag,
  requireLiveFlag,
  touchedBy,
  withEntry,
  withFlag,
} from "../project-state.ts";
import type { Origin, ProjectState } from "../project-state.ts";
import { pointerSegment, refusal } from "../refusal.ts";
import type { FlagRecord, SharedDefinition, ValueVersionRecord, VariantRecord } from "../../storage/store.ts";
import { layBlock } from "./configure-environment.ts";
import { readPart } from "./read-part.ts";
import type { Operate } from "./step.ts";
import { storeValue, type WrittenOrder } from "./store-value.ts";

export const createFlag: Operate<"create-flag"> = (state, { flag, definition: part, snippets }, pointer) => {
  refuseTaken(state, flag, pointer);
  const definition = readPart(parseFlagDefinition(part, { path: `${pointer}/definition`, key: flag }));
  for (const environment of Object.keys(definition.environments ?? {})) {
    requireEnvironment(state, environment, `${pointer}/definition/environments${pointerSegment(environment)}`);
  }
  const record = newFlag(state, flag, definition);
  const made = withFlag(state, record);
  return {
    state: {
      ...made,
      versions: withEntry(made.versions, flag, firstVersions(state, flag, { definition, snippets }, `${pointer}/definition`)),
    },
    inverse: [{ kind: "archive-flag", flag }],
    summary: `Created ${flag} (${definition.type}, ${Object.keys(record.variants).join(", ")}).`,
    origins: definitionOrigins(flag, definition, `${pointer}/definition`),
  };
};

export const updateFlag: Operate<"update-flag"> = (state, { flag, fields }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const named = Object.keys(fields) as (keyof FlagFields)[];
  const next = mergeFields(record.definition, fields);
  // Either says how long the flag lives, so that giving one takes the other away.
  const implied = [...(fields.removeBy ? ["permanent"] : []), ...(fields.permanent ? ["removeBy"] : [])] as (keyof FlagFields)[];
  const touched = [...new Set([...named, ...implied])];
  const before = touched.map((field) => [field, record.definition[field] ?? null] as const);
  return {
    state: withFlag(state, { ...record, definition: next }),
    inverse: [{ kind: "update-flag", flag, fields: Object.fromEntries(before) }],
    summary: `Updated ${named.join(", ") || "nothing"} of ${flag}.`,
    origins: [
      touchedBy(flagResource(flag), pointer),
      ...named.map((field) => originAt(flagResource(flag), `/${field}`, `${pointer}/fields/${field}`)),
    ],
  };
};

export const archiveFlag: Operate<"archive-flag"> = (state, { flag }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  if (record.archivedAt !== null)
    throw refusal("conflict", `${pointer}/flag`, `Flag "${flag}" is archived already.`, "Nothing to do.");
  return {
    state: withFlag(state, { ...record, archivedAt: state.at }),
    inverse: [{ kind: "unarchive-flag", flag }],
    summary: `Archived ${flag}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

export const unarchiveFlag: Operate<"unarchive-flag"> = (state, { flag }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  if (record.archivedAt === null)
    throw refusal("conflict", `${pointer}/flag`, `Flag "${flag}" is not archived.`, "Nothing to do.");
  return {
    state: withFlag(state, { ...record, archivedAt: null }),
    inverse: [{ kind: "archive-flag", flag }],
    summary: `Unarchived ${flag}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

function refuseTaken(state: ProjectState, flag: string, pointer: string): void {
  const taken = state.flags.get(flag);
  if (taken === undefined) return;
  const mend =
    taken.archivedAt === null ? "Edit it, or choose another key." : "It is archived: unarchive it, or choose another key.";
  throw refusal("already-exists", `${pointer}/flag`, `Project ${state.project} has a flag "${flag}".`, mend);
}

/** The newest value of every variant is published wherever the flag is configured, except where the definition brings an earlier one. */
function newFlag(state: ProjectState, key: string, definition: FlagDefinition): FlagRecord {
  const { variants: _variants, environments = {}, salt = key, ...shared } = definition;
  const bare = { ...newRecord(state, key, salt, shared), variants: newVariants(definition) };
  const newest = Object.fromEntries(Object.entries(bare.variants).map(([variant, { latest }]) => [variant, latest]));
  const blocks = Object.entries(environments).map(([environment, config]) => {
    const laid = layBlock(bare, { ...config, published: renumberPublished(definition, config) }, undefined, newest);
    return [environment, { revision: 0, config: laid }] as const;
  });
  return { ...bare, environments: Object.fromEntries(blocks) };
}

/** A variant's values in the order of their versions, the newest last; they count from 1, as numbers from elsewhere mean nothing here. */
function valuesOf({ versions = {}, value }: VariantDefinition): readonly { readonly from: number; readonly value: JsonValue }[] {
  const earlier = Object.entries(versions).map(([number, one]) => ({ from: Number(number), value: one }));
  return [...earlier.sort((one, other) => one.from - other.from), { from: Number.POSITIVE_INFINITY, value }];
}

/** Where a block names a version that came along, its number here; else the newest is published. */
function renumberPublished(definition: FlagDefinition, { published = {} }: FlagEnvironment): Record<string, number> {
  const variants = variantsOf(definition);
  const numbers = Object.entries(published).flatMap(([name, number]) => {
    const variant = variants[name];
    const at = variant === undefined ? -1 : valuesOf(variant).findIndex(({ from }) => from === number);
    return at < 0 ? [] : [[name, at + 1] as const];
  });
  return Object.fromEntries(numbers);
}

function newRecord(state: ProjectState, key: string, salt: string, definition: SharedDefinition): Omit<FlagRecord, "variants"> {
  const { project, at } = state;
  return {
    project,
    key,
    revision: 0,
    salt,
    definition,
    environments: {},
    file: null,
    archivedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}

function newVariants(definition: FlagDefinition): Record<string, VariantRecord> {
  const variants = Object.entries(variantsOf(definition)).map(
    ([name, { value: _value, versions = {}, ...rest }]) => [name, { ...rest, latest: Object.keys(versions).length + 1 }] as const,
  );
  return Object.fromEntries(variants);
}

function firstVersions(
  state: ProjectState,
  flag: string,
  { definition, snippets }: { readonly definition: FlagDefinition; readonly snippets: WrittenOrder["snippets"] },
  pointer: string,
): ValueVersionRecord[] {
  const { project, at } = state;
  return Object.entries(variantsOf(definition)).flatMap(([variant, every]) =>
    valuesOf(every).map(({ from, value }, index) => {
      const place = Number.isFinite(from) ? `versions/${from}` : "value";
      const stored = storeValue(
        state,
        definition.schema,
        { value, snippets },
        `${pointer}/variants${pointerSegment(variant)}/${place}`,
      );
      return { project, flag, variant, number: index + 1, digest: digestOf(stored.value), ...stored, createdAt: at };
    }),
  );
}

function definitionOrigins(flag: string, definition: FlagDefinition, pointer: string): Origin[] {
  const blocks = Object.keys(definition.environments ?? {}).map((environment) =>
    originAt(flagEnvironmentResource(flag, environment), "", `${pointer}/environments${pointerSegment(environment)}`),
  );
  return [originAt(flagResource(flag), "", pointer), ...blocks];
}

function mergeFields(definition: SharedDefinition, fields: FlagFields): SharedDefinition {
  const merged = new Map<string, unknown>(Object.entries(definition));
  if (fields.removeBy) merged.delete("permanent");
  if (fields.permanent) merged.delete("removeBy");
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) merged.delete(field);
    else if (value !== undefined) merged.set(field, value);
  }
  // What comes out is parsed again, as a whole definition, before it is committed.
  return Object.fromEntries(merged) as unknown as SharedDefinition;
}
