/** Which segments a condition asks for. */

import type { Condition, FlagEnvironment } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";

/** Names by their place: JSON Pointer relative to the condition's own. */
export type NamedSegments = ReadonlyMap<string, readonly string[]>;

export function segmentNames(condition: Condition | undefined): readonly string[] {
  if (condition === undefined) return [];
  const here = condition.segment === undefined ? [] : [condition.segment].flat();
  const trees = [...(condition.all ?? []), ...(condition.any ?? []), ...(condition.not === undefined ? [] : [condition.not])];
  return [...here, ...trees.flatMap(segmentNames)];
}

/** Place → segments that the block's conditions ask for; rules by id. */
export function segmentsOfBlock(config: FlagEnvironment): NamedSegments {
  const named = new Map<string, readonly string[]>();
  for (const { id, when } of config.rules ?? []) named.set(`/rules/${id}/when`, segmentNames(when));
  if (typeof config.fallback === "string") return named;
  config.fallback.forEach(({ when }, index) => named.set(`/fallback/${index}/when`, segmentNames(when)));
  return named;
}

/** Place → segments that the variants' `only` ask for. */
export function segmentsOfVariants(record: FlagRecord): NamedSegments {
  return new Map(Object.entries(record.variants).map(([name, { only }]) => [`/variants/${name}/only`, segmentNames(only)]));
}
