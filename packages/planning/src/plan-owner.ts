/** Plans who owns a flag or a segment: the file from now on, and what is not drift any more. */

import type { FlagDefinition } from "@dimmer/evaluation";
import type { FlagView, Operation, SegmentView } from "@dimmer/protocol";
import { movedStill } from "./moved-splits.ts";
import { flagPointer, isChosen, issueAt, type Planned, type PlanOptions, segmentPointer, segmentResource } from "./plan-step.ts";

type PlannedOwner = Pick<Planned, "steps" | "issues">;

const NOTHING: PlannedOwner = { steps: [], issues: [] };

/**
 * Shape:  one step where the file does not own the flag yet and should, or where it has caught up with what was moved by hand.
 * Errors: an issue where another file owns the flag.
 */
export function planFlagOwner(view: FlagView, wanted: FlagDefinition, options: PlanOptions): PlannedOwner {
  const { key: flag, file: owner } = view;
  const { file, undoDrift } = options;
  if (owner?.name !== file) return takeOver(ownedFlag(flag, options), owner, options);
  const moved = movedStill(view, wanted, isChosen(undoDrift, flag));
  if (Object.keys(moved).length === Object.keys(owner.moved).length) return NOTHING;
  return { steps: [{ at: flagPointer(flag), operation: { kind: "own-flag", flag, file, moved: copyOf(moved) } }], issues: [] };
}

/**
 * Shape:  one step where the file does not own the segment yet and should.
 * Errors: an issue where another file owns it.
 */
export function planSegmentOwner({ key, file: owner }: SegmentView, options: PlanOptions): PlannedOwner {
  return owner?.name === options.file ? NOTHING : takeOver(ownedSegment(key, options), owner, options);
}

/** What the file owns from the moment in which it creates it. */
export const ownNewFlag = (flag: string, options: PlanOptions): PlannedOwner => takeOver(ownedFlag(flag, options), null, options);
export const ownNewSegment = (segment: string, options: PlanOptions): PlannedOwner =>
  takeOver(ownedSegment(segment, options), null, options);

/** What could be owned: what `own` calls it, where it stands, and how it is taken and released. */
interface Ownable {
  readonly name: string;
  readonly at: string;
  readonly own: Operation;
  readonly key: string;
  readonly release: string;
}

const ownedFlag = (flag: string, { file }: PlanOptions): Ownable => ({
  name: flag,
  key: flag,
  at: flagPointer(flag),
  own: { kind: "own-flag", flag, file },
  release: `dimmer flags release ${flag}`,
});

const ownedSegment = (segment: string, { file }: PlanOptions): Ownable => ({
  name: segmentResource(segment),
  key: segment,
  at: segmentPointer(segment),
  own: { kind: "own-segment", segment, file },
  release: `dimmer segments release ${segment}`,
});

function takeOver(
  { name, key, at, own, release }: Ownable,
  owner: { readonly name: string } | null,
  options: PlanOptions,
): PlannedOwner {
  if (!isChosen(options.own, name)) return NOTHING;
  if (owner === null) return { steps: [{ at, operation: own }], issues: [] };
  return {
    steps: [],
    issues: [issueAt(at, "owned-by-file", `${key} is owned by ${owner.name}`, `release it there first: ${release}`)],
  };
}

/** Plain and writable, as an operation carries it. */
const copyOf = (moved: Readonly<Record<string, Readonly<Record<string, number>>>>): Record<string, Record<string, number>> =>
  Object.fromEntries(Object.entries(moved).map(([address, shares]) => [address, { ...shares }]));
