/** The part of the telemetry store that says what is usual, and who spends. */

import type { SpenderDimension } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { Span } from "./telemetry-store.ts";

/** The last so many milliseconds before a time, and the same hours of so many days before. */
export interface HoursQuestion {
  readonly until: number;
  readonly windowMs: number;
  readonly days: number;
}

/** What was told of one variant; `daysBefore` is 0 for the last hours themselves. */
export interface SignalRow {
  readonly flag: string;
  readonly variant: string;
  readonly daysBefore: number;
  readonly exposures: number;
  /** Calls of a model that went well, and those of them that told how many tokens they gave, above none. */
  readonly calls: number;
  readonly metered: number;
  readonly feedback: number;
}

export interface AskedRow {
  readonly flag: string;
  readonly daysBefore: number;
  readonly evaluations: number;
}

export interface PremiumQuestion extends Span {
  readonly flag: string;
  /** Those that not everybody may have. */
  readonly variants: readonly string[];
}

/** Of one hour and one tier: the rule that decided, or the path where none did. */
export interface PremiumRow {
  readonly tier: string;
  /** Epoch milliseconds of its beginning. */
  readonly at: number;
  readonly premium: number;
  readonly evaluations: number;
}

export interface SpenderQuestion extends Span {
  readonly by: SpenderDimension;
  /** Of all flags for the empty text. */
  readonly flag: string;
  readonly limit: number;
}

export interface SpenderRow {
  /** Null where it was not told. */
  readonly name: string | null;
  readonly costMicroUsd: number;
  readonly calls: number;
  /** Calls whose cost is known. */
  readonly priced: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Different targeting keys. */
  readonly people: number;
  /** Of everybody in the time asked, those beyond the limit included. */
  readonly allMicroUsd: number;
}

export interface HabitStore {
  signals(place: Place, question: HoursQuestion): Promise<readonly SignalRow[]>;
  asked(place: Place, question: HoursQuestion): Promise<readonly AskedRow[]>;
  premium(place: Place, question: PremiumQuestion): Promise<readonly PremiumRow[]>;
  /** The dearest first; what nobody saw and what an override forced cost as much. */
  spenders(place: Place, question: SpenderQuestion): Promise<readonly SpenderRow[]>;
}

/** What is answered where nothing was ever kept. */
export const NO_HABITS = { signals: [], asked: [], premium: [], spenders: [] } as const satisfies Partial<
  Record<keyof HabitStore, readonly unknown[]>
>;
