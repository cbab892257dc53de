/** A flag's record as the authored definition that people read, edit and export. */

import type { FlagDefinition, FlagEnvironment, VariantDefinition } from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import type { FlagRecord, ValueVersionRecord, VariantRecord } from "../storage/store.ts";
import { visibleConfig } from "./project-state.ts";

/**
 * Shape:  values are those of the newest version of each variant, or the draft where asked; `salt` only where it differs
 *         from the key. Environments as they are in the record.
 * Errors: none; the newest versions were loaded.
 */
export function defineFlag(
  record: FlagRecord,
  versions: readonly ValueVersionRecord[],
  { drafts = false }: { readonly drafts?: boolean } = {},
): FlagDefinition {
  const variants = Object.entries(record.variants).map(([name, variant]) => {
    return [name, defineVariant(record, name, variant, versions, drafts)] as const;
  });
  const environments = Object.entries(record.environments).map(([name, { config }]): [string, FlagEnvironment] => {
    return [name, visibleConfig(record, config)];
  });
  return {
    ...record.definition,
    ...(record.salt === record.key ? {} : { salt: record.salt }),
    variants: Object.fromEntries(variants),
    ...(environments.length === 0 ? {} : { environments: Object.fromEntries(environments) }),
  };
}

function defineVariant(
  record: FlagRecord,
  name: string,
  { latest, draft, description, only }: VariantRecord,
  versions: readonly ValueVersionRecord[],
  drafts: boolean,
): VariantDefinition {
  const newest = versions.find((version) => version.variant === name && version.number === latest);
  assert(newest !== undefined, `version ${latest} of ${record.key}:${name} is stored`);
  const value = drafts && draft !== undefined ? draft.value : newest.value;
  return { value, ...(description === undefined ? {} : { description }), ...(only === undefined ? {} : { only }) };
}
