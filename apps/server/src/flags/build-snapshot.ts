/** From the records to the snapshot of one environment. */

import {
  SNAPSHOT_FORMAT,
  type Snapshot,
  type SnapshotFlag,
  snapshotFlag,
  type SnapshotVariant,
  travellingAttributes,
} from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import { groupRows } from "../storage/group-rows.ts";
import type {
  FlagEnvironmentRecord,
  FlagRecord,
  RevisionRecord,
  StoreReader,
  ValuePlace,
  ValueVersionRecord,
} from "../storage/store.ts";
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
  const versions = groupRows(await reader.listPublishedValues(project, environment), ({ flag }) => flag);
  const earlierOf = await readEarlier(reader, records, project, environment);
  const flags: [string, SnapshotFlag][] = [];
  const values = new Map<string, string>();
  for (const record of records) {
    const block = blockOf(record, environment);
    if (block === undefined) continue;
    const published = versions.get(record.key) ?? [];
    const earlier = earlierOf.get(record.key) ?? [];
    for (const { digest, value } of [...published, ...earlier]) values.set(digest, JSON.stringify(value));
    flags.push([record.key, compileFlag(record, block, published, earlier)]);
  }
  const segments = (await reader.listSegments(project)).flatMap((segment) => {
    const config = segment.removedAt === null ? blockOf(segment, environment)?.config : undefined;
    return config === undefined ? [] : [[segment.key, config] as const];
  });
  const context = travellingAttributes((await reader.getContext(project))?.declaration);
  return {
    format: SNAPSHOT_FORMAT,
    project,
    environment,
    epoch: about.epoch,
    version: about.version,
    ...(context === undefined ? {} : { context }),
    flags: Object.fromEntries(flags),
    segments: Object.fromEntries(segments),
    values: Object.fromEntries(values),
  };
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
  records: readonly FlagRecord[],
  project: string,
  environment: string,
): Promise<ReadonlyMap<string, readonly ValueVersionRecord[]>> {
  const pinned = records.filter(
    (record) => blockOf(record, environment)?.config.pin !== undefined && editedVariants(record).length > 0,
  );
  const keys = pinned.map(({ key }) => key);
  const revisions = groupRows(await reader.listFlagRevisions(project, environment, keys), ({ key }) => key);
  const places = pinned.flatMap((record) => earlierPlaces(record, environment, revisions.get(record.key) ?? []));
  const found = new Map((await reader.listValuesAt(project, places)).map((version) => [placeKey(version), version]));
  return groupRows(
    places.flatMap((place) => found.get(placeKey(place)) ?? []),
    ({ flag }) => flag,
  );
}

const placeKey = ({ flag, variant, number }: ValuePlace): string => `${flag}/${variant}/${number}`;

function editedVariants({ variants }: FlagRecord): readonly string[] {
  return Object.keys(variants).filter((variant) => (variants[variant]?.latest ?? 1) > 1);
}

/** The newest first for each variant. */
function earlierPlaces(record: FlagRecord, environment: string, revisions: readonly RevisionRecord[]): readonly ValuePlace[] {
  const published = blockOf(record, environment)?.config.published;
  const newestFirst = [...revisions].sort((one, other) => other.revision - one.revision);
  return editedVariants(record).flatMap((variant) => {
    const served = newestFirst.flatMap((revision) => publishedNumber(revision.config, variant) ?? []);
    const numbers = [...new Set(served)].filter((number) => number !== published?.[variant]).slice(0, EARLIER_VERSIONS);
    return numbers.map((number) => ({ flag: record.key, variant, number }));
  });
}

function publishedNumber(config: unknown, variant: string): number | undefined {
  const { published } = (config ?? {}) as { readonly published?: Readonly<Record<string, number>> };
  return published !== undefined && Object.hasOwn(published, variant) ? published[variant] : undefined;
}
