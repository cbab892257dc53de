/** Plans one segment: created, described, set in the environments that the document names. */

import { isDeepStrictEqual } from "node:util";
import type { SegmentDefinition } from "@dimmer/evaluation";
import type { SegmentView } from "@dimmer/protocol";
import { ownNewSegment, planSegmentOwner } from "./plan-owner.ts";
import { type Planned, type PlanOptions, type PlanStep, segmentPointer } from "./plan-step.ts";

export function planSegment(
  segment: string,
  wanted: SegmentDefinition,
  present: SegmentView | undefined,
  options: PlanOptions,
): Planned {
  const at = segmentPointer(segment);
  if (present === undefined) {
    const create: PlanStep = { at, operation: { kind: "create-segment", segment, definition: wanted } };
    return { steps: [create, ...ownNewSegment(segment, options).steps], drift: [], issues: [] };
  }
  if (options.onlyNew) return { steps: [], drift: [], issues: [] };
  const { description, environments = {} } = present.definition;
  const blocks = Object.entries(wanted.environments ?? {}).flatMap(([environment, config]): PlanStep[] => {
    if (isDeepStrictEqual(environments[environment], config)) return [];
    return [{ at: segmentPointer(segment, environment), operation: { kind: "set-segment", segment, environment, config } }];
  });
  const described: PlanStep[] =
    description === wanted.description
      ? []
      : [{ at, operation: { kind: "update-segment", segment, description: wanted.description ?? null } }];
  const owner = planSegmentOwner(present, options);
  return { steps: [...described, ...blocks, ...owner.steps], drift: [], issues: owner.issues };
}
