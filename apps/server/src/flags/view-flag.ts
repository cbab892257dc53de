/** A flag as the API shows it. */

import type { FlagView } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import { groupRows } from "../storage/group-rows.ts";
import type { FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { defineFlag } from "./define-flag.ts";
import { visibleConfig } from "./project-state.ts";

/** Reads the newest value of each variant, and only those. */
export async function viewFlag(reader: StoreReader, record: FlagRecord): Promise<FlagView> {
  const [view] = await viewFlags(reader, record.project, [record]);
  assert(view !== undefined, "as many views as records");
  return view;
}

/** The same of many flags of a project, in one read. */
export async function viewFlags(
  reader: StoreReader,
  project: string,
  records: readonly FlagRecord[],
): Promise<readonly FlagView[]> {
  const newest = await readNewest(reader, project, records);
  return records.map((record) => viewFlagWith(record, newest.get(record.key) ?? []));
}

/** Flag → the newest version of each of its variants. */
export async function readNewest(
  reader: StoreReader,
  project: string,
  records: readonly FlagRecord[],
): Promise<ReadonlyMap<string, readonly ValueVersionRecord[]>> {
  const places = records.flatMap(({ key, variants }) =>
    Object.entries(variants).map(([variant, { latest }]) => ({ flag: key, variant, number: latest })),
  );
  return groupRows(await reader.listValuesAt(project, places), ({ flag }) => flag);
}

/** Pure; `values` holds at least the newest version of each variant. */
export function viewFlagWith(record: FlagRecord, values: readonly ValueVersionRecord[]): FlagView {
  const versions = Object.entries(record.variants).map(([name, { latest, draft }]) => {
    const newest = values.find(({ variant, number }) => variant === name && number === latest);
    const written = newest?.written === undefined ? {} : { written: newest.written };
    const draftWritten = draft?.written === undefined ? {} : { draftWritten: draft.written };
    return [name, { latest, draft: draft?.value ?? null, hasDraft: draft !== undefined, ...written, ...draftWritten }] as const;
  });
  const environments = Object.entries(record.environments).map(([name, { revision, config }]) => {
    return [name, { revision, config: visibleConfig(record, config) }] as const;
  });
  return {
    key: record.key,
    revision: record.revision,
    salt: record.salt,
    archived: record.archivedAt !== null,
    file: viewOwner(record),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    definition: defineFlag(record, values),
    versions: Object.fromEntries(versions),
    environments: Object.fromEntries(environments),
  };
}

/** Moved splits only of environments that the record has, as it may be narrowed to what a key reaches. */
function viewOwner({ file, environments }: FlagRecord): FlagView["file"] {
  if (file === null) return null;
  const moved = Object.entries(file.moved).filter(([address]) => Object.hasOwn(environments, address.split("/")[0] ?? ""));
  return { name: file.name, moved: Object.fromEntries(moved) };
}
