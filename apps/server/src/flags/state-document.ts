/** What a change would leave, as a document: to be checked as a whole. */

import type { FlagDefinition, FlagDocument } from "@dimmer/evaluation";
import { defineSegment } from "../segments/view-segment.ts";
import type { FlagRecord } from "../storage/store.ts";
import { flagPart, type ProjectState, visibleConfig } from "./project-state.ts";

/** Without values, and without what is archived or removed: who gets which variant hangs on neither. */
export function stateDocument({ flags, segments }: ProjectState): FlagDocument {
  const live = [...flags.values()].filter((record) => record.archivedAt === null);
  const present = [...segments.values()].filter((record) => record.removedAt === null);
  return {
    version: 1,
    flags: Object.fromEntries(live.map((record) => [record.key, definitionOf(record)])),
    segments: Object.fromEntries(present.map((record) => [record.key, defineSegment(record)])),
  };
}

function definitionOf(record: FlagRecord): FlagDefinition {
  const environments = Object.entries(record.environments).map(
    ([name, { config }]) => [name, visibleConfig(record, config)] as const,
  );
  return { ...record.definition, ...flagPart(record), salt: record.salt, environments: Object.fromEntries(environments) };
}
