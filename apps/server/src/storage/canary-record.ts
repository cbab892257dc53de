/** Canary prompts in the store: sets, what each did in a day, and what came of each replay. */

import type { CanaryResult } from "@dimmer/protocol";

export interface CanaryRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly definition: CanaryDefinition;
  /** Why it was stopped. */
  readonly message: string | null;
  readonly nextAt: number;
  readonly createdAt: number;
}

export interface CanaryDefinition {
  readonly name: string;
  readonly flag: string;
  readonly suite: string;
  readonly suiteNumber: number;
  readonly prompts: number;
  readonly scorers: readonly string[];
  readonly everyMinutes: number;
  readonly dailyBudgetMicroUsd: number;
  readonly margin: number;
  readonly temperature: 0 | null;
}

/** What a set did in one day of UTC. */
export interface CanaryUsage {
  readonly replays: number;
  readonly putOff: number;
  readonly costMicroUsd: number;
  /** Of replays that go on, or whose end nobody saw. */
  readonly reservedMicroUsd: number;
}

/** Of each prompt, its scores by scorer, one a repeat. */
export type CanaryItems = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export interface CanaryResultRecord {
  readonly canary: string;
  readonly id: string;
  readonly variant: string;
  readonly configHash: string;
  readonly at: number;
  readonly isReference: boolean;
  readonly result: Omit<CanaryResult, "id" | "variant" | "configHash" | "at">;
  readonly items: CanaryItems;
}

export interface CanaryReads {
  /** In the order in which they were made. */
  listCanaries(project: string, environment: string): Promise<readonly CanaryRecord[]>;
  /** Of all projects, those that are not stopped and are due by then, the first first. */
  listDueCanaries(now: number, limit: number): Promise<readonly CanaryRecord[]>;
  /** When the next is due that is not stopped; null where there is none. */
  nextCanaryAt(): Promise<number | null>;
  getCanary(project: string, environment: string, id: string): Promise<CanaryRecord | null>;
  getCanaryDay(canary: string, day: string): Promise<CanaryUsage | null>;
  /** Newest first. */
  listCanaryResults(canary: string, variant: string, limit: number): Promise<readonly CanaryResultRecord[]>;
  /** The newest of this content. */
  getCanaryReference(canary: string, variant: string, configHash: string): Promise<CanaryResultRecord | null>;
}

export interface CanaryWrites {
  putCanary(record: CanaryRecord): Promise<void>;
  /** With its days and results. */
  removeCanary(id: string): Promise<void>;
  /** Drops the set's days before `since`. */
  putCanaryDay(canary: string, day: string, usage: CanaryUsage, since: string): Promise<void>;
  /** The newest so many of the variant stay, and its references. */
  putCanaryResult(record: CanaryResultRecord, kept: number): Promise<void>;
  /** What its variants do next is the reference. */
  clearCanaryReferences(canary: string): Promise<void>;
}
