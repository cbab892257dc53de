/** A change in words: when, which and by whom on one line, what it did on the lines below. */

import type { Change } from "@dimmer/protocol";

export function describeChange({ at, id, actor, source, reason, undoneBy, summary }: Change): string[] {
  const why = reason === null ? "" : ` (${reason})`;
  const undone = undoneBy === null ? "" : " (undone)";
  return [`${at}  ${id}  ${actor.name} via ${source}${why}${undone}`, ...summary.map((line) => `  ${line}`)];
}
