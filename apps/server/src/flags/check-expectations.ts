/** Whether a change keeps what flags expect: every expectation that the change may reach is evaluated on what it would leave. */

import { checkExpectations, type FlagDefinition, type FlagDocument } from "@dimmer/evaluation";
import { defineSegment } from "../segments/view-segment.ts";
import type { FlagRecord } from "../storage/store.ts";
import type { Finding } from "./locate-issue.ts";
import { flagEnvironmentResource, flagPart, type Origin, type ProjectState, visibleConfig } from "./project-state.ts";

/**
 * Shape:  one finding an expectation and environment in which it is broken; pure. The state holds every flag that expects something and
 *         what these require. Kills, stops and restores write no origin, and so are never held up.
 * Errors: none thrown.
 * Source: ADR-0016.
 */
export function checkFlagExpectations(state: ProjectState, origins: readonly Origin[]): Finding[] {
  if (origins.length === 0) return [];
  return checkExpectations(documentOf(state)).map(({ flag, environment, index, message, mend }) => ({
    resource: flagEnvironmentResource(flag, environment),
    issue: {
      path: "",
      code: "expectation-broken",
      message: `expectation ${index + 1} of ${flag} breaks: ${message}`,
      mend,
      severity: "error",
    },
  }));
}

/** Without values: who gets which variant does not hang on them. */
function documentOf({ flags, segments }: ProjectState): FlagDocument {
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
