/** From the records to the snapshot of one environment. */

import {
  type JsonValue,
  SNAPSHOT_FORMAT,
  type Snapshot,
  type SnapshotFlag,
  snapshotFlag,
  type SnapshotVariant,
} from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import type { FlagEnvironmentRecord, FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { blockOf, flagPart } from "./project-state.ts";

/** Earlier published versions of a variant that a snapshot goes on carrying for live pins. */
export const EARLIER_VERSIONS = 5;

/**
 * Compiles one environment.
 *
 * Shape:  archived flags and flags without a block here are absent; values only those referenced. Run it inside a
 *         transaction where other writers may be at work, so that all reads see one version.
 * Errors: `ProblemError("not-found")` for an environment that is not there.
 * Source: ADR-0005.
 */
export async function buildSnapshot(reader: StoreReader, project: string, environment: string): Promise<Snapshot> {
  const about = await reader.getEnvironment(project, environment);
  if (about === null) throw new ProblemError("not-found", `Project ${project} has no environment "${environment}".`);
  const records = await reader.listFlags(project, { archived: false, environment });
  const versions = groupByFlag(await reader.listPublishedValues(project, environment));
  const flags: [string, SnapshotFlag][] = [];
  const values = new Map<string, JsonValue>();
  for (const record of records) {
    const block = blockOf(record, environment);
    if (block === undefined) continue;
    const published = versions.get(record.key) ?? [];
    const earlier = await readEarlier(reader, record, environment, block);
    for (const { digest, value } of [...published, ...earlier]) values.set(digest, value);
    flags.push([record.key, compileFlag(record, block, published, earlier)]);
  }
  const segments = (await reader.listSegments(project)).flatMap((segment) => {
    const config = segment.removedAt === null ? blockOf(segment, environment)?.config : undefined;
    return config === undefined ? [] : [[segment.key, config] as const];
  });
  return {
    format: SNAPSHOT_FORMAT,
    project,
    environment,
    epoch: about.epoch,
    version: about.version,
    flags: Object.fromEntries(flags),
    segments: Object.fromEntries(segments),
    values: Object.fromEntries(values),
  };
}

function groupByFlag(versions: readonly ValueVersionRecord[]): ReadonlyMap<string, readonly ValueVersionRecord[]> {
  const groups = new Map<string, ValueVersionRecord[]>();
  for (const version of versions) {
    const group = groups.get(version.flag);
    if (group === undefined) groups.set(version.flag, [version]);
    else group.push(version);
  }
  return groups;
}

function compileFlag(
  record: FlagRecord,
  { revision, config }: FlagEnvironmentRecord,
  published: readonly ValueVersionRecord[],
  earlier: readonly ValueVersionRecord[],
): SnapshotFlag {
  const { audience } = record.definition;
  const definition = { ...flagPart(record), ...(audience === undefined ? {} : { audience }) };
  return snapshotFlag(definition, config, {
    revision,
    salt: record.salt,
    published: (variant): Pick<SnapshotVariant, "version" | "digest" | "earlier"> => {
      const version = published.find((one) => one.variant === variant);
      assert(version !== undefined, `${record.key}:${variant} is published wherever the flag is configured`);
      const before = earlier.filter((one) => one.variant === variant).map((one) => [String(one.number), one.digest] as const);
      return {
        version: version.number,
        digest: version.digest,
        ...(before.length === 0 ? {} : { earlier: Object.fromEntries(before) }),
      };
    },
  });
}

/** Versions that this environment served before: a pin may still hold one. Never one that was only published elsewhere. */
async function readEarlier(
  reader: StoreReader,
  record: FlagRecord,
  environment: string,
  { config }: FlagEnvironmentRecord,
): Promise<readonly ValueVersionRecord[]> {
  const edited = Object.keys(record.variants).filter((variant) => (record.variants[variant]?.latest ?? 1) > 1);
  if (config.pin === undefined || edited.length === 0) return [];
  const revisions = await reader.listRevisions(record.project, environment, "flag", record.key);
  const newestFirst = [...revisions].sort((one, other) => other.revision - one.revision);
  const earlier: ValueVersionRecord[] = [];
  for (const variant of edited) {
    const served = newestFirst.flatMap((revision) => publishedNumber(revision.config, variant) ?? []);
    const numbers = [...new Set(served)].filter((number) => number !== config.published?.[variant]).slice(0, EARLIER_VERSIONS);
    for (const number of numbers) {
      const version = await reader.getValueVersion(record.project, record.key, variant, number);
      if (version !== null) earlier.push(version);
    }
  }
  return earlier;
}

function publishedNumber(config: unknown, variant: string): number | undefined {
  const { published } = (config ?? {}) as { readonly published?: Readonly<Record<string, number>> };
  return published !== undefined && Object.hasOwn(published, variant) ? published[variant] : undefined;
}
