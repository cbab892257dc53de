/** Plans who owns a flag: the file from now on, and what is not drift any more. */

import type { FlagDefinition } from "@dimmer/evaluation";
import type { FlagView } from "@dimmer/protocol";
import { movedStill } from "./moved-splits.ts";
import { flagPointer, isChosen, issueAt, type Planned, type PlanOptions } from "./plan-step.ts";

/**
 * Shape:  one step where the file does not own the flag yet and should, or where it has caught up with what was moved by hand.
 * Errors: an issue where another file owns the flag.
 */
export function planOwner(
  view: FlagView,
  wanted: FlagDefinition,
  { file, own, undoDrift }: PlanOptions,
): Pick<Planned, "steps" | "issues"> {
  const { key: flag, file: owner } = view;
  const at = flagPointer(flag);
  if (owner?.name !== file) {
    if (!isChosen(own, flag)) return { steps: [], issues: [] };
    if (owner !== null) return { steps: [], issues: [ownedElsewhere(flag, owner.name)] };
    return { steps: [{ at, operation: { kind: "own-flag", flag, file } }], issues: [] };
  }
  const moved = movedStill(view, wanted, isChosen(undoDrift, flag));
  if (Object.keys(moved).length === Object.keys(owner.moved).length) return { steps: [], issues: [] };
  return { steps: [{ at, operation: { kind: "own-flag", flag, file, moved: copyOf(moved) } }], issues: [] };
}

const ownedElsewhere = (flag: string, owner: string) =>
  issueAt(
    flagPointer(flag),
    "owned-by-file",
    `${flag} is owned by ${owner}`,
    `release it there first: dimmer flags release ${flag}`,
  );

/** Plain and writable, as an operation carries it. */
const copyOf = (moved: Readonly<Record<string, Readonly<Record<string, number>>>>): Record<string, Record<string, number>> =>
  Object.fromEntries(Object.entries(moved).map(([address, shares]) => [address, { ...shares }]));
