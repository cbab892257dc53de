/** A whole project as one authored document, with everything that a file must carry so that importing it moves nobody. */

import { DOCUMENT_VERSION, type FlagDefinition, type FlagDocument, type FlagEnvironment, variantsOf } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import type { Sight } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { defineSegment } from "../segments/view-segment.ts";
import type { FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { defineFlag } from "./define-flag.ts";
import { groupRows } from "../storage/group-rows.ts";
import { readNewest } from "./view-flag.ts";

/**
 * Shape:  only blocks of environments in sight; archived flags and removed segments are left out; every split has its stored form; `published` where an environment
 *         serves another version than the newest, with that version's value in the variant's `versions`; `pinEpochs` where they are not 0, `salt` where it is not the key.
 * Errors: `ProblemError("not-found")` for a project that is not there.
 */
export async function exportDocument(reader: StoreReader, project: string, sight: Sight = null): Promise<FlagDocument> {
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  const records = await reader.listFlags(project, { archived: false });
  const seen = records.map((record) => narrowRecord(sight, record));
  const newest = await readNewest(reader, project, records);
  const earlier = await readEarlier(reader, project, seen);
  const flags = seen.map(
    (record) => [record.key, exportFlag(record, newest.get(record.key) ?? [], earlier.get(record.key) ?? [])] as const,
  );
  const declaration = (await reader.getContext(project))?.declaration ?? null;
  const segments = (await reader.listSegments(project)).filter((record) => record.removedAt === null);
  return {
    version: DOCUMENT_VERSION,
    ...(declaration === null ? {} : { context: declaration }),
    flags: Object.fromEntries(flags),
    ...(segments.length === 0
      ? {}
      : { segments: Object.fromEntries(segments.map((record) => [record.key, defineSegment(narrowRecord(sight, record))])) }),
  };
}

function exportFlag(
  record: FlagRecord,
  newest: readonly ValueVersionRecord[],
  earlier: readonly ValueVersionRecord[],
): FlagDefinition {
  const definition = defineFlag(record, newest);
  const blocks = Object.entries(definition.environments ?? {}).map(
    ([name, config]) => [name, exportBlock(record, config)] as const,
  );
  if (blocks.length === 0) return definition;
  return {
    ...definition,
    ...(earlier.length === 0 ? {} : { variants: withVersions(definition, earlier) }),
    environments: Object.fromEntries(blocks),
  };
}

function exportBlock(record: FlagRecord, { published = {}, pinEpochs = {}, ...config }: FlagEnvironment): FlagEnvironment {
  const earlier = Object.entries(published).filter(([variant, number]) => isEarlier(record, variant, number));
  const raised = Object.entries(pinEpochs).filter(([, epoch]) => epoch > 0);
  return {
    ...config,
    ...(earlier.length === 0 ? {} : { published: Object.fromEntries(earlier) }),
    ...(raised.length === 0 ? {} : { pinEpochs: Object.fromEntries(raised) }),
  };
}

const isEarlier = (record: FlagRecord, variant: string, number: number): boolean => number !== record.variants[variant]?.latest;

/** By flag, the values that an environment serves although they are not the newest: without them a file could not bring them back. */
async function readEarlier(
  reader: StoreReader,
  project: string,
  records: readonly FlagRecord[],
): Promise<ReadonlyMap<string, readonly ValueVersionRecord[]>> {
  const places = records.flatMap((record) =>
    Object.values(record.environments)
      .flatMap(({ config }) => Object.entries(config.published ?? {}))
      .filter(([variant, number]) => isEarlier(record, variant, number))
      .map(([variant, number]) => ({ flag: record.key, variant, number })),
  );
  const unique = new Map(places.map((place) => [`${place.flag}/${place.variant}/${place.number}`, place]));
  const versions = unique.size === 0 ? [] : await reader.listValuesAt(project, [...unique.values()]);
  return groupRows(versions, ({ flag }) => flag);
}

function withVersions(definition: FlagDefinition, earlier: readonly ValueVersionRecord[]): FlagDefinition["variants"] & object {
  const variants = Object.entries(variantsOf(definition)).map(([name, variant]) => {
    const versions = earlier.filter((version) => version.variant === name).map(({ number, value }) => [number, value] as const);
    return [name, versions.length === 0 ? variant : { ...variant, versions: Object.fromEntries(versions) }] as const;
  });
  return Object.fromEntries(variants);
}
