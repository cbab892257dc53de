/** A whole project as one authored document, with everything that a file must carry so that importing it moves nobody. */

import { DOCUMENT_VERSION, type FlagDefinition, type FlagDocument, type FlagEnvironment } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import type { Reach } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { defineSegment } from "../segments/view-segment.ts";
import type { FlagRecord, StoreReader, ValueVersionRecord } from "../storage/store.ts";
import { defineFlag } from "./define-flag.ts";
import { readNewest } from "./view-flag.ts";

const EVERYWHERE: Reach = { project: null, environment: null };

/**
 * Shape:  only blocks of environments within reach; archived flags and removed segments are left out; every split has its stored form; `published` where an environment
 *         serves another version than the newest, `pinEpochs` where they are not 0, `salt` where it is not the key.
 * Errors: `ProblemError("not-found")` for a project that is not there.
 */
export async function exportDocument(reader: StoreReader, project: string, reach: Reach = EVERYWHERE): Promise<FlagDocument> {
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  const records = await reader.listFlags(project, { archived: false });
  const newest = await readNewest(reader, project, records);
  const flags = records.map((record) => {
    return [record.key, exportFlag(narrowRecord(reach, record), newest.get(record.key) ?? [])] as const;
  });
  const segments = (await reader.listSegments(project)).filter((record) => record.removedAt === null);
  return {
    version: DOCUMENT_VERSION,
    flags: Object.fromEntries(flags),
    ...(segments.length === 0
      ? {}
      : { segments: Object.fromEntries(segments.map((record) => [record.key, defineSegment(narrowRecord(reach, record))])) }),
  };
}

function exportFlag(record: FlagRecord, newest: readonly ValueVersionRecord[]): FlagDefinition {
  const definition = defineFlag(record, newest);
  const blocks = Object.entries(definition.environments ?? {}).map(
    ([name, config]) => [name, exportBlock(record, config)] as const,
  );
  return blocks.length === 0 ? definition : { ...definition, environments: Object.fromEntries(blocks) };
}

function exportBlock(record: FlagRecord, { published = {}, pinEpochs = {}, ...config }: FlagEnvironment): FlagEnvironment {
  const earlier = Object.entries(published).filter(([variant, number]) => number !== record.variants[variant]?.latest);
  const raised = Object.entries(pinEpochs).filter(([, epoch]) => epoch > 0);
  return {
    ...config,
    ...(earlier.length === 0 ? {} : { published: Object.fromEntries(earlier) }),
    ...(raised.length === 0 ? {} : { pinEpochs: Object.fromEntries(raised) }),
  };
}
