/** All that a decision is made from beside what was seen; it is kept with the verdict, so that it can be made again. */

import type { GateReading, RolloutPlan, RolloutState } from "@dimmer/protocol";
import type { Baseline } from "./baseline.ts";

export interface Facts {
  readonly plan: RolloutPlan;
  readonly shared: number;
  readonly baseline: Baseline;
  readonly state: RolloutState;
  /** Place among the planned steps. */
  readonly step: number;
  readonly startedAt: number;
  readonly stepStartedAt: number;
  /** Until when buckets were read. */
  readonly observedUntil: number;
  /** Dwell so far, and up to which time it was counted. */
  readonly dweltMs: number;
  readonly countedUntil: number;
  readonly isExtended: boolean;
  /** Places of the steps that may begin, of planned ones. */
  readonly approved: readonly number[];
  /** Guardrail → the evidence over which a person had it go on. */
  readonly overruled: Readonly<Record<string, number>>;
  readonly gates: readonly GateReading[];
}
