/** Where the flags come from that answers are given from, and how a start takes up what an earlier process held. */

import type { Liveness } from "./liveness.ts";
import type { Ports } from "./ports.ts";
import type { SnapshotCache } from "./snapshot-cache.ts";
import type { Origin, SnapshotHolder } from "./snapshot-holder.ts";

/** `none` before the first snapshot. */
export type SourceKind = "none" | "bootstrap" | "cache" | "file" | "server";

/** What answers are given from, and how current it is known to be. */
export interface HeldSource {
  readonly kind: SourceKind;
  /** When the source last said that this is current, in epoch milliseconds; nobody knows it of a bootstrap. */
  readonly confirmedAt?: number;
  /** Why what lay in the cache was not used at the start. */
  readonly cacheRefused?: string;
}

/** Shape: `sourceKind` is what the engine's own source reads. */
export function heldSource(
  origin: Origin | undefined,
  sourceKind: "file" | "server",
  confirmedAt: number,
  cacheRefused: string | undefined,
): HeldSource {
  const kind = kindOf(origin, sourceKind);
  const refused = cacheRefused === undefined ? {} : { cacheRefused };
  return kind === "none" || kind === "bootstrap" ? { kind, ...refused } : { kind, confirmedAt, ...refused };
}

function kindOf(origin: Origin | undefined, sourceKind: "file" | "server"): SourceKind {
  if (origin === undefined) return "none";
  return origin === "source" || origin === "placeholder" ? sourceKind : origin;
}

/**
 * Takes what an earlier process held.
 *
 * Shape:  undefined where it is held now or there is none; else why what is there is not used.
 * Errors: none; a refusal is a log line, and the start goes on without.
 */
export function takeCached(cache: SnapshotCache, holder: SnapshotHolder, liveness: Liveness, ports: Ports): string | undefined {
  const load = cache.load();
  if (load.outcome === "empty") return undefined;
  const offer = load.outcome === "found" ? holder.offerSnapshot(load.entry.snapshot, "cache") : load;
  if (load.outcome === "found" && offer.outcome === "taken")
    liveness.confirmedBefore(Math.max(0, ports.clock.now() - load.entry.confirmedAt));
  if (offer.outcome !== "refused") return undefined;
  ports.log?.("warn", `The cached flags were not used. ${offer.why}`);
  return offer.why;
}
