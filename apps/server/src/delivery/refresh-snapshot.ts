/** The newest snapshot, made from the one before where that is cheaper than reading everything again. */

import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import type { FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";

/** Beyond so many changed flags reading all of them is as fast. */
const MAX_CHANGED = 100;

/**
 * Reads one environment.
 *
 * Shape:  always equal to `buildSnapshot`, of which it reads only the flags that changed since `held`, and keeps the others as
 *         they are (the same objects, so that comparing them costs nothing). Run it inside a transaction. Null where there is no
 *         such environment.
 * Errors: the store's own.
 * Source: ADR-0005.
 */
export async function refreshSnapshot(
  reader: StoreReader,
  project: string,
  environment: string,
  held: Snapshot | undefined,
): Promise<Snapshot | null> {
  const about = await reader.getEnvironment(project, environment);
  if (about === null) return null;
  if (held === undefined || held.epoch !== about.epoch || held.version > about.version)
    return await buildSnapshot(reader, project, environment);
  const changed = await reader.listChangedSince(project, environment, held.version);
  const keys = changed.flatMap(({ kind, key }) => (kind === "flag" ? [key] : []));
  if (keys.length > MAX_CHANGED) return await buildSnapshot(reader, project, environment);
  return merge(held, await buildSnapshot(await readOnly(reader, project, environment, keys), project, environment), keys);
}

/** A reader that knows of these flags alone. */
async function readOnly(
  reader: StoreReader,
  project: string,
  environment: string,
  keys: readonly string[],
): Promise<StoreReader> {
  const records: FlagRecord[] = [];
  for (const key of keys) {
    const record = await reader.getFlag(project, key);
    if (record !== null && record.archivedAt === null) records.push(record);
  }
  return {
    ...reader,
    listFlags: () => Promise.resolve(records),
    listPublishedValues: () => readPublished(reader, project, records, environment),
  };
}

function readPublished(
  reader: StoreReader,
  project: string,
  records: readonly FlagRecord[],
  environment: string,
): Promise<readonly ValueVersionRecord[]> {
  const places = records.flatMap(({ key, environments }) => {
    const published = Object.hasOwn(environments, environment) ? environments[environment]?.config.published : undefined;
    return Object.entries(published ?? {}).map(([variant, number]) => ({ flag: key, variant, number }));
  });
  return reader.listValuesAt(project, places);
}

/** What is new over what was held; `part` has the flags that changed and are still there, and everything that is no flag. */
function merge(held: Snapshot, part: Snapshot, changed: readonly string[]): Snapshot {
  // A kill, a ramp, an edited rule: everyday changes bring neither flags nor values, and must not look at all of them.
  if (changed.every((key) => hasSameValues(ownOf(held.flags, key), ownOf(part.flags, key))))
    return { ...part, flags: { ...held.flags, ...part.flags }, values: held.values };
  const isChanged = new Set(changed);
  const kept = Object.entries(held.flags).filter(([key]) => !isChanged.has(key));
  const flags = [...kept, ...Object.entries(part.flags)].sort(([a], [b]) => (a < b ? -1 : 1));
  const values: [string, string][] = [];
  for (const digest of digestsOf(flags)) {
    const value = Object.hasOwn(part.values, digest) ? part.values[digest] : held.values[digest];
    if (value !== undefined) values.push([digest, value]);
  }
  return { ...part, flags: Object.fromEntries(flags), values: Object.fromEntries(values) };
}

const ownOf = (flags: Snapshot["flags"], key: string): SnapshotFlag | undefined =>
  Object.hasOwn(flags, key) ? flags[key] : undefined;

function hasSameValues(before: SnapshotFlag | undefined, after: SnapshotFlag | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const [old, now] = [digestsOf([["", before]]), digestsOf([["", after]])];
  return old.size === now.size && [...now].every((digest) => old.has(digest));
}

function digestsOf(flags: readonly (readonly [string, SnapshotFlag])[]): ReadonlySet<string> {
  const digests = new Set<string>();
  for (const [, { variants }] of flags) {
    for (const { digest, earlier } of Object.values(variants)) {
      digests.add(digest);
      for (const before of Object.values(earlier ?? {})) digests.add(before);
    }
  }
  return digests;
}
