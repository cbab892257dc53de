/** Where segments are asked for, so that whoever edits or removes one sees whom it concerns. */

import type { SegmentUse } from "@dimmer/protocol";
import { type NamedSegments, segmentNames, segmentsOfBlock, segmentsOfVariants } from "../flags/segment-names.ts";
import type { FlagRecord, SegmentRecord } from "../storage/store.ts";

/** Shape: flags in use and segments that are there; a segment twice in one condition is one use. */
export function findSegmentUses(flags: readonly FlagRecord[], segments: readonly SegmentRecord[]): readonly SegmentUse[] {
  return [...flags.flatMap(usesOfFlag), ...segments.filter(({ removedAt }) => removedAt === null).flatMap(usesOfSegment)];
}

function usesOfFlag(record: FlagRecord): readonly SegmentUse[] {
  const { key, environments } = record;
  const onlys = usesAt(segmentsOfVariants(record), { by: "flag", key, environment: null });
  const blocks = Object.entries(environments).flatMap(([environment, { config }]) =>
    usesAt(segmentsOfBlock(config), { by: "flag", key, environment }),
  );
  return [...onlys, ...blocks];
}

function usesAt(named: NamedSegments, who: Pick<SegmentUse, "by" | "key" | "environment">): readonly SegmentUse[] {
  return [...named].flatMap(([path, segments]) => {
    const [, part, id = ""] = path.split("/");
    const at =
      part === "rules"
        ? ({ place: "rule", name: id } as const)
        : part === "variants"
          ? ({ place: "only", name: id } as const)
          : ({ place: "fallback", name: null } as const);
    return [...new Set(segments)].map((segment) => ({ segment, ...who, ...at }));
  });
}

function usesOfSegment({ key, environments }: SegmentRecord): readonly SegmentUse[] {
  return Object.entries(environments).flatMap(([environment, { config }]) =>
    [...new Set(segmentNames(config.when))].map((segment): SegmentUse => ({
      segment,
      by: "segment",
      key,
      environment,
      place: "condition",
      name: null,
    })),
  );
}
