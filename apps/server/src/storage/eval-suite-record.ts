/** Suites of evals in the store, and what the server runs of them. */

import type { Actor, EvalRunState, EvalSuite } from "@dimmer/protocol";
import type { JsonValue } from "@dimmer/evaluation";

/** One version of a suite without its items. */
export interface EvalSuiteRecord {
  readonly project: string;
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  readonly summary: EvalSuiteSummary;
  readonly createdAt: number;
}

export interface EvalSuiteSummary {
  readonly version: string | null;
  readonly itemCount: number;
  readonly repeats: number;
  readonly scorers: readonly string[];
}

/** One suite on one value. */
export interface EvalRunRecord {
  readonly project: string;
  readonly id: string;
  /** Counts the project's runs from 1. */
  readonly sequence: number;
  readonly environment: string;
  readonly suite: string;
  readonly suiteNumber: number;
  readonly flag: string;
  readonly variant: string;
  /** What is run: drafts are edited meanwhile. */
  readonly value: JsonValue;
  readonly configHash: string;
  /** The one that was asked for. */
  readonly connection: string | null;
  readonly state: EvalRunState;
  readonly done: number;
  readonly total: number;
  readonly message: string | null;
  readonly report: string | null;
  /** The canary set that it replays; null where somebody asked for a report. */
  readonly canary: CanaryReplay | null;
  /** Who started it, and in whose right it runs. */
  readonly actor: Actor;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** A replay of canary prompts, and what it may cost at most. */
export interface CanaryReplay {
  readonly id: string;
  /** The day of UTC whose budget holds it. */
  readonly day: string;
  readonly heldMicroUsd: number;
}

export interface EvalRunPage {
  readonly limit: number;
  readonly flag?: string | undefined;
  readonly suite?: string | undefined;
}

export interface EvalSuiteReads {
  /** The newest where no number is given; null where it is not there or was removed. */
  getEvalSuite(project: string, name: string, number?: number): Promise<EvalSuiteRecord | null>;
  /** The suite itself; null where it is not there or was removed. */
  readEvalSuite(project: string, name: string, number: number): Promise<EvalSuite | null>;
  /** The newest of each, by name. */
  listEvalSuites(project: string): Promise<readonly EvalSuiteRecord[]>;
  /** Newest first. */
  listEvalSuiteVersions(project: string, name: string, limit: number): Promise<readonly EvalSuiteRecord[]>;
  /** Removed ones count on. */
  lastEvalSuiteNumber(project: string, name: string): Promise<number>;
  /** Bytes of all suites that are there. */
  countEvalSuiteBytes(project: string): Promise<number>;
  getEvalRun(project: string, id: string): Promise<EvalRunRecord | null>;
  /** Newest first, without replays of canary prompts. */
  listEvalRuns(project: string, page: EvalRunPage): Promise<readonly EvalRunRecord[]>;
  /** Replays of a canary set that wait or go on. */
  countCanaryReplays(project: string, canary: string): Promise<number>;
  /** Of all projects, the oldest first. */
  listEvalRunsIn(state: "queued" | "running", limit: number): Promise<readonly EvalRunRecord[]>;
  /** Those of a project that wait or go on, without replays. */
  countWaitingEvalRuns(project: string): Promise<number>;
  lastEvalRunSequence(project: string): Promise<number>;
}

export interface EvalSuiteWrites {
  /** Appends: a number that is there already is an error, never an overwrite. */
  putEvalSuite(record: EvalSuiteRecord, suite: EvalSuite): Promise<void>;
  /** Empties every version; their numbers are not given again. */
  removeEvalSuite(project: string, name: string): Promise<void>;
  putEvalRun(record: EvalRunRecord): Promise<void>;
  /** Of a replay, whose result is kept elsewhere. */
  removeEvalRun(project: string, id: string): Promise<void>;
  /** The newest so many that have ended stay. */
  dropEvalRuns(project: string, kept: number): Promise<void>;
}
