/** A flag as the API shows it. */

import type { FlagView } from "@dimmer/protocol";
import type { FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { defineFlag } from "./define-flag.ts";
import { visibleConfig } from "./project-state.ts";

/** Reads the newest value of each variant, and only those. */
export async function viewFlag(reader: StoreReader, record: FlagRecord): Promise<FlagView> {
  return viewFlagWith(record, await readNewest(reader, record));
}

/** The newest version of each variant. */
export async function readNewest(reader: StoreReader, record: FlagRecord): Promise<readonly ValueVersionRecord[]> {
  const newest: ValueVersionRecord[] = [];
  for (const [variant, { latest }] of Object.entries(record.variants)) {
    const version = await reader.getValueVersion(record.project, record.key, variant, latest);
    if (version !== null) newest.push(version);
  }
  return newest;
}

/** Pure; `values` holds at least the newest version of each variant. */
export function viewFlagWith(record: FlagRecord, values: readonly ValueVersionRecord[]): FlagView {
  const versions = Object.entries(record.variants).map(([name, { latest, draft }]) => {
    return [name, { latest, draft: draft?.value ?? null, hasDraft: draft !== undefined }] as const;
  });
  const environments = Object.entries(record.environments).map(([name, { revision, config }]) => {
    return [name, { revision, config: visibleConfig(record, config) }] as const;
  });
  return {
    key: record.key,
    revision: record.revision,
    salt: record.salt,
    archived: record.archivedAt !== null,
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    definition: defineFlag(record, values),
    versions: Object.fromEntries(versions),
    environments: Object.fromEntries(environments),
  };
}
