/** Which flags and environments a change reached, so that history can be asked for by either or both. */

import type { ChangeRecord } from "./store.ts";

export interface ChangeReach {
  readonly project: string;
  readonly sequence: number;
  /** Empty text: no flag. */
  readonly flag: string;
  /** Empty text: no environment. */
  readonly environment: string;
}

/** An edit of a shared field reaches every environment whose version moved. */
export function changeReaches(change: ChangeRecord): readonly ChangeReach[] {
  const moved = Object.keys(change.versions);
  const pairs = change.effects.flatMap(({ resource }) => pairsOf(resource, moved));
  for (const environment of moved) pairs.push(["", environment]);
  const distinct = new Map(pairs.map((pair) => [pair.join("/"), pair]));
  return [...distinct.values()].map(([flag, environment]) => ({
    project: change.project,
    sequence: change.sequence,
    flag,
    environment,
  }));
}

function pairsOf(resource: string, moved: readonly string[]): (readonly [flag: string, environment: string])[] {
  const [noun, key = "", , environment] = resource.split("/");
  const flag = noun === "flags" ? key : "";
  if (environment !== undefined) return [[flag, environment]];
  return ["", ...moved].map((reached) => [flag, reached] as const);
}
