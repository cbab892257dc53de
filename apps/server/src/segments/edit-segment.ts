/** Segments: create, describe, configure in an environment, remove. */

import { checkSegmentKey, parseSegmentDefinition, parseSegmentEnvironment, type SegmentEnvironment } from "@dimmer/evaluation";
import {
  originAt,
  requireEnvironment,
  requireSegment,
  segmentEnvironmentResource,
  segmentResource,
  touchedBy,
  without,
  withSegment,
} from "../flags/project-state.ts";
import type { Origin } from "../flags/project-state.ts";
import { readPart } from "../flags/operations/read-part.ts";
import { backToSegmentOwner } from "../flags/operations/own.ts";
import type { Operate } from "../flags/operations/step.ts";
import { pointerSegment, refusal, refuseErrors } from "../flags/refusal.ts";
import type { SegmentRecord } from "../storage/store.ts";

export const createSegment: Operate<"create-segment"> = (state, { segment, definition: part }, pointer) => {
  const badKey = checkSegmentKey(segment);
  if (badKey !== undefined) refuseErrors([{ ...badKey, path: `${pointer}/segment` }]);
  const removed = state.segments.get(segment);
  if (removed !== undefined && removed.removedAt === null) {
    throw refusal("already-exists", `${pointer}/segment`, `There is a segment "${segment}".`, "Edit it, or choose another key.");
  }
  const { environments = {}, ...definition } = readPart(parseSegmentDefinition(part, { path: `${pointer}/definition` }));
  const origins = Object.keys(environments).map((environment): Origin => {
    const path = `${pointer}/definition/environments${pointerSegment(environment)}`;
    requireEnvironment(state, environment, path);
    return originAt(segmentEnvironmentResource(segment, environment), "", path);
  });
  const blocks = Object.entries(environments).map(([environment, config]) => [environment, { revision: 0, config }] as const);
  const record: SegmentRecord = {
    project: state.project,
    key: segment,
    revision: removed?.revision ?? 0,
    definition,
    environments: Object.fromEntries(blocks),
    // What this very change removed is still its file's: to remove and to create again is an edit.
    file: removed?.removedAt === state.at ? removed.file : null,
    removedAt: null,
    createdAt: removed?.createdAt ?? state.at,
    updatedAt: state.at,
  };
  return {
    state: withSegment(state, record),
    inverse: [{ kind: "remove-segment", segment }],
    summary: `Created segment ${segment}.`,
    origins: [originAt(segmentResource(segment), "", `${pointer}/definition`), ...origins],
  };
};

export const updateSegment: Operate<"update-segment"> = (state, { segment, description }, pointer) => {
  const record = requireSegment(state, segment, pointer);
  const { description: present, ...rest } = record.definition;
  const definition = description === null ? rest : { ...rest, description };
  readPart(parseSegmentDefinition(definition, { path: pointer }));
  return {
    state: withSegment(state, { ...record, definition }),
    inverse: [{ kind: "update-segment", segment, description: present ?? null }],
    summary: `Updated the description of segment ${segment}.`,
    origins: [touchedBy(segmentResource(segment), pointer)],
  };
};

/** Null takes the segment away from the environment: there it is missing, and what asks for it is unknown. */
export const setSegment: Operate<"set-segment"> = (state, { segment, environment, config: part }, pointer) => {
  const record = requireSegment(state, segment, pointer);
  requireEnvironment(state, environment, `${pointer}/environment`);
  const present = record.environments[environment];
  const config = part === null ? null : readPart(parseSegmentEnvironment(part, { path: `${pointer}/config` }));
  const environments = config === null ? without(record.environments, environment) : withBlock(record, environment, config);
  return {
    state: withSegment(state, { ...record, environments }),
    inverse: [{ kind: "set-segment", segment, environment, config: present?.config ?? null }],
    summary: `${config === null ? "Removed" : "Set"} segment ${segment} ${config === null ? "from" : "in"} ${environment}.`,
    origins: [originAt(segmentEnvironmentResource(segment, environment), "", `${pointer}/config`)],
  };
};

/** Refused later, with all references listed, where a flag or another segment still asks for it. */
export const removeSegment: Operate<"remove-segment"> = (state, { segment }, pointer) => {
  const record = requireSegment(state, segment, pointer);
  const blocks = Object.entries(record.environments).map(([environment, { config }]) => [environment, config] as const);
  const definition = { ...record.definition, ...(blocks.length === 0 ? {} : { environments: Object.fromEntries(blocks) }) };
  return {
    state: withSegment(state, { ...record, environments: {}, removedAt: state.at }),
    inverse: [{ kind: "create-segment", segment, definition }, ...(record.file === null ? [] : [backToSegmentOwner(record)])],
    summary: `Removed segment ${segment}.`,
    origins: [touchedBy(segmentResource(segment), pointer)],
  };
};

function withBlock(record: SegmentRecord, environment: string, config: SegmentEnvironment): SegmentRecord["environments"] {
  const revision = record.environments[environment]?.revision ?? 0;
  return { ...record.environments, [environment]: { revision, config } };
}
