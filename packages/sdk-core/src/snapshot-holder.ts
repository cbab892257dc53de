/** Holds one snapshot and swaps it whole; decides which payloads may take its place. */

import {
  checkSnapshot,
  compileSnapshot,
  updateSnapshot,
  type CompiledSnapshot,
  type Issue,
  type Snapshot,
} from "@dimmer/evaluation";
import type { SnapshotVersion } from "@dimmer/protocol";
import { ENGINE_LIMITS } from "./limits.ts";
import { isPatch } from "./snapshot-patch.ts";

/**
 * What became of a payload.
 *
 * `taken`    it is what is held now.
 * `known`    it says nothing new: this version, or an earlier step of this epoch.
 * `gap`      a patch that does not start from what is held: the snapshot has to be fetched.
 * `refused`  no snapshot or patch, an older one, or another environment's; what is held stays.
 */
export type Offer =
  | { readonly outcome: "taken" }
  | { readonly outcome: "known" }
  | { readonly outcome: "gap" }
  | { readonly outcome: "refused"; readonly why: string; readonly issues: readonly Issue[] };

/**
 * Where a snapshot came from. All but `source` give way to any of the source.
 *
 * `bootstrap`    the app brought it along.
 * `cache`        the source's own, of an earlier process; a bootstrap takes its place only as a later version of it.
 * `placeholder`  a source that has nothing to say yet.
 */
export type Origin = "bootstrap" | "cache" | "placeholder" | "source";

/**
 * Shape:  `compiled` is what every evaluation reads; it is replaced, never changed.
 * Errors: none thrown, whatever is offered; a payload that is not taken leaves what is held untouched.
 * Source: ADR-0010.
 */
export interface SnapshotHolder {
  readonly compiled: CompiledSnapshot | undefined;
  /** Of what is held; undefined before the first snapshot. */
  readonly origin: Origin | undefined;
  /** The source says that what is held is current: from now on it is the source's own. */
  confirm(): void;
  offerSnapshot(data: unknown, origin: Origin): Offer;
  offerPatch(data: unknown): Offer;
}

/** Opens an empty holder; `onSwap` hears of every swap, after it. */
export function openSnapshotHolder(
  onSwap: (before: CompiledSnapshot | undefined, after: CompiledSnapshot) => void,
): SnapshotHolder {
  const pastEpochs = new Set<string>();

  const swap = (after: CompiledSnapshot): void => {
    const before = holder.compiled;
    if (before !== undefined && before.epoch !== after.epoch) rememberEpoch(pastEpochs, before.epoch);
    holder.compiled = after;
    onSwap(before, after);
  };

  const whyNot = (offered: Snapshot, from: Origin): string | undefined => {
    const held = holder.compiled;
    if (held === undefined || (holder.origin !== "source" && from === "source" && !isSameEnvironment(held, offered)))
      return undefined;
    if (!isSameEnvironment(held, offered)) return `It belongs to ${nameOf(offered)}, this client to ${nameOf(held)}.`;
    if (pastEpochs.has(offered.epoch)) return `Its epoch ${offered.epoch} was superseded by ${held.epoch}.`;
    if (offered.epoch === held.epoch && offered.version < held.version)
      return `It is version ${offered.version}, older than ${held.version}, which is held.`;
    return undefined;
  };

  const offerSnapshot = (data: unknown, from: Origin): Offer => {
    const { value, issues } = checkSnapshot(data);
    if (value === undefined) return { outcome: "refused", why: "It is not a snapshot.", issues };
    if (from === "bootstrap" && holder.origin === "cache" && !isLater(value, holder.compiled)) return { outcome: "known" };
    const why = whyNot(value, from);
    if (why !== undefined) return { outcome: "refused", why, issues };
    const held = holder.compiled;
    const isKnown = held !== undefined && isSameVersion(held, value) && isSameEnvironment(held, value);
    const compiled = isKnown ? undefined : compileSnapshot(value);
    // What was the source's once stays the source's, and what it sends again it confirms.
    if (from === "source" || (compiled !== undefined && holder.origin !== "source")) holder.origin = from;
    if (compiled === undefined) return { outcome: "known" };
    swap(compiled);
    return { outcome: "taken" };
  };

  const offerPatch = (data: unknown): Offer => {
    const held = holder.compiled;
    if (!isPatch(data)) return { outcome: "refused", why: "It is not a patch.", issues: [] };
    if (held === undefined || data.epoch !== held.epoch) return { outcome: "gap" };
    if (data.version <= held.version) return { outcome: "known" };
    if (data.from !== held.version) return { outcome: "gap" };
    swap(updateSnapshot(held, data));
    return { outcome: "taken" };
  };

  const holder = {
    compiled: undefined as CompiledSnapshot | undefined,
    origin: undefined as Origin | undefined,
    confirm() {
      if (holder.origin === "bootstrap" || holder.origin === "cache") holder.origin = "source";
    },
    offerSnapshot: (data: unknown, from: Origin) => refuseWhatThrows(() => offerSnapshot(data, from)),
    offerPatch: (data: unknown) => refuseWhatThrows(() => offerPatch(data)),
  };
  return holder;
}

/** A payload nested deep enough ends the stack; that is the payload's fault, and what is held stays. */
function refuseWhatThrows(offer: () => Offer): Offer {
  try {
    return offer();
  } catch (failure) {
    return { outcome: "refused", why: `Reading it failed: ${String(failure)}`, issues: [] };
  }
}

function rememberEpoch(pastEpochs: Set<string>, epoch: string): void {
  pastEpochs.add(epoch);
  for (const oldest of pastEpochs) if (pastEpochs.size > ENGINE_LIMITS.pastEpochs) pastEpochs.delete(oldest);
}

type Named = Pick<Snapshot, "project" | "environment">;

const isSameEnvironment = (a: Named, b: Named): boolean => a.project === b.project && a.environment === b.environment;
const isLater = (a: Snapshot, b: CompiledSnapshot | undefined): boolean =>
  b !== undefined && isSameEnvironment(a, b) && a.epoch === b.epoch && a.version > b.version;
const isSameVersion = (a: SnapshotVersion, b: SnapshotVersion): boolean => a.epoch === b.epoch && a.version === b.version;
const nameOf = (snapshot: Named): string => `${snapshot.project}/${snapshot.environment}`;
