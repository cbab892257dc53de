/** The compiled snapshot as it travels on the wire: all flags and segments of one environment at one version. */

import type { StoredSplit } from "./bucketing/split.ts";
import type { DeclaredAttributes } from "./declaration.ts";
import type {
  Audience,
  Budget,
  Condition,
  FlagType,
  FallbackEntry,
  PinPolicy,
  Requirement,
  Rest,
  ShadowPolicy,
  SpendBudget,
} from "./flag.ts";

export const SNAPSHOT_FORMAT = 1;

/**
 * All flags and segments of one environment at one version.
 *
 * Shape:  `flags` (configuration) and `values` (immutable, by digest) apart, so that a ramp never resends a prompt.
 * Errors: `checkSnapshot` refuses a payload that is not one; a single bad flag is PARSE_ERROR when asked for, the rest work.
 * Source: ADR-0005; `spec/snapshot.schema.json`.
 */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly project: string;
  readonly environment: string;
  /** Drawn when the environment is created or restored from a backup; versions compare only within one epoch. */
  readonly epoch: string;
  /** Counts the environment's changes; strictly increases within an epoch. */
  readonly version: number;
  /** What the project declares of its contexts, for whoever holds them against it; no evaluation looks at it. */
  readonly context?: DeclaredAttributes;
  readonly flags: Readonly<Record<string, SnapshotFlag>>;
  readonly segments: Readonly<Record<string, SnapshotSegment>>;
  /** Digest → the value as JSON text, read when somebody is first served it: a prompt that nobody gets costs its bytes and no more. */
  readonly values: Readonly<Record<string, string>>;
}

/** One flag of one environment. Archived flags and flags without a block in the environment are absent. */
export interface SnapshotFlag {
  /** Grows with every edit that reaches this flag in this environment. */
  readonly revision: number;
  readonly type: FlagType;
  readonly audience?: Audience;
  readonly enabled: boolean;
  readonly variants: Readonly<Record<string, SnapshotVariant>>;
  readonly fallback: readonly FallbackEntry[];
  readonly stopped?: readonly string[];
  readonly requires?: readonly Requirement[];
  readonly pin?: PinPolicy;
  /** For whoever calls models; an evaluation looks at none of them. */
  readonly budgets?: Readonly<Record<string, Budget>>;
  readonly shadow?: ShadowPolicy;
  readonly spend?: Readonly<Record<string, SpendBudget>>;
  readonly targets?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: readonly SnapshotRule[];
  readonly default: SnapshotServe;
}

export interface SnapshotVariant {
  /** Number of the value version that is published here. */
  readonly version: number;
  /** Key into `values`. */
  readonly digest: string;
  readonly pinEpoch: number;
  readonly only?: Condition;
  /** Earlier published versions that live pins may still hold: version number → digest. */
  readonly earlier?: Readonly<Record<string, string>>;
}

export interface SnapshotRule {
  readonly id: string;
  readonly when?: Condition;
  readonly serve: SnapshotServe;
}

export type SnapshotServe =
  | { readonly variant: string }
  | { readonly split: SnapshotSplit; readonly else?: string; readonly rest?: Rest };

/** What evaluation needs of a stored split; `previous` stays on the server. */
export type SnapshotSplit = Omit<StoredSplit, "previous">;

export interface SnapshotSegment {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly when?: Condition;
}
