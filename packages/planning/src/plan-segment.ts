/** Plans one segment: created, described, set in the environments that the document names. */

import { isDeepStrictEqual } from "node:util";
import type { SegmentDefinition } from "@dimmer/evaluation";
import type { SegmentView } from "@dimmer/protocol";
import { type Planned, type PlanOptions, type PlanStep, pointerTo } from "./plan-step.ts";

export const segmentPointer = (key: string, environment?: string): string =>
  environment === undefined ? pointerTo("segments", key) : pointerTo("segments", key, "environments", environment);

export function planSegment(
  segment: string,
  wanted: SegmentDefinition,
  present: SegmentView | undefined,
  { onlyNew }: PlanOptions,
): Planned {
  const at = segmentPointer(segment);
  if (present === undefined) {
    return { steps: [{ at, operation: { kind: "create-segment", segment, definition: wanted } }], drift: [], issues: [] };
  }
  if (onlyNew) return { steps: [], drift: [], issues: [] };
  const { description, environments = {} } = present.definition;
  const blocks = Object.entries(wanted.environments ?? {}).flatMap(([environment, config]): PlanStep[] => {
    if (isDeepStrictEqual(environments[environment], config)) return [];
    return [{ at: segmentPointer(segment, environment), operation: { kind: "set-segment", segment, environment, config } }];
  });
  const described: PlanStep[] =
    description === wanted.description
      ? []
      : [{ at, operation: { kind: "update-segment", segment, description: wanted.description ?? null } }];
  return { steps: [...described, ...blocks], drift: [], issues: [] };
}
