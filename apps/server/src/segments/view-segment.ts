/** A segment as the API shows it. */

import type { SegmentDefinition } from "@dimmer/evaluation";
import type { SegmentView } from "@dimmer/protocol";
import type { SegmentRecord } from "../storage/store.ts";

export function viewSegment(record: SegmentRecord): SegmentView {
  const revisions = Object.entries(record.environments).map(([environment, { revision }]) => [environment, revision] as const);
  return {
    key: record.key,
    revision: record.revision,
    file: record.file,
    definition: defineSegment(record),
    environments: Object.fromEntries(revisions),
  };
}

/** The record as the authored definition. */
export function defineSegment(record: SegmentRecord): SegmentDefinition {
  const blocks = Object.entries(record.environments).map(([environment, { config }]) => [environment, config] as const);
  return { ...record.definition, ...(blocks.length === 0 ? {} : { environments: Object.fromEntries(blocks) }) };
}
