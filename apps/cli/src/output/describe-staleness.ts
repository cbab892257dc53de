/** Why flags are stale, or why nobody can tell, in words. */

import type { FlagView } from "@dimmer/protocol";
import { plural } from "./issues.ts";

type Judged = Pick<FlagView, "key" | "staleness">;

/** Unknown flags that are named; with `--json` all are. */
const NAMED = 10;

export const describeStaleness = ({ staleness }: Pick<Judged, "staleness">): string =>
  (staleness?.reasons ?? []).map(({ text }) => text).join("; ");

/** Each doubt once, as it is nearly always one and the same for all. */
export function describeUnknown(flags: readonly Judged[]): string {
  const doubts = [...new Set(flags.map(describeStaleness))];
  const names = flags.slice(0, NAMED).map(({ key }) => key);
  const others = flags.length > NAMED ? ` and ${flags.length - NAMED} more` : "";
  return [
    `Whether anybody asks for ${plural(flags.length, "flag")} cannot be told (${names.join(", ")}${others}):`,
    ...doubts.map((doubt) => `  ${doubt}.`),
  ].join("\n");
}
