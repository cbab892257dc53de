/** Stale flags: which ones are likely debris, and why. */

/**
 * Why a flag is listed.
 *
 * Shape:  `code` is for programs, `text` for people.
 *         `overdue`          its `removeBy` has passed;
 *         `never-evaluated`  no program has asked for it since it was made;
 *         `not-evaluated`    none has for long;
 *         `one-variant`      everybody gets the same, and nobody has changed that for long;
 *         `no-telemetry`     of an unknown one: why nobody can tell.
 */
export interface StaleReason {
  readonly code: "overdue" | "never-evaluated" | "not-evaluated" | "one-variant" | "no-telemetry";
  readonly text: string;
}

/** Shape: `stale` has one reason or more; `unknown` says why it cannot be told; `active` is everything else. */
export interface Staleness {
  readonly state: "stale" | "unknown" | "active";
  readonly reasons: readonly StaleReason[];
}
