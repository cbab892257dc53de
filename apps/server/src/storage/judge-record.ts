/** Online judges in the store, and the samples that wait for them, sealed. */

import type { JudgeUsage } from "@dimmer/protocol";

export interface JudgeRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly definition: JudgeDefinition;
  /** Why it was stopped. */
  readonly message: string | null;
  readonly createdAt: number;
}

export interface JudgeDefinition {
  readonly name: string;
  readonly flag: string;
  readonly connection: string;
  readonly provider: string;
  readonly model: string;
  readonly prompt: string;
  readonly promptHash: string;
  readonly score: string;
  readonly scale: { readonly from: number; readonly to: number };
  readonly perMille: number;
  readonly dailyBudgetMicroUsd: number;
}

export interface JudgeSampleRecord {
  readonly judge: string;
  /** Of the judge and the run, so that a run that is told twice is judged once; the id of its score, too. */
  readonly id: string;
  /** Null once it was judged or given up. */
  readonly sealed: string | null;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
}

export interface JudgeReads {
  /** In the order in which they were made. */
  listJudges(project: string, environment: string): Promise<readonly JudgeRecord[]>;
  /** Of all projects. */
  listAllJudges(): Promise<readonly JudgeRecord[]>;
  getJudge(project: string, environment: string, id: string): Promise<JudgeRecord | null>;
  getJudgeDay(judge: string, day: string): Promise<JudgeUsage | null>;
  countJudgeSamples(judge: string): Promise<number>;
  getJudgeSample(judge: string, id: string): Promise<JudgeSampleRecord | null>;
  /** Those that wait, the first to come due first. */
  listJudgeSamples(judge: string, limit: number): Promise<readonly JudgeSampleRecord[]>;
}

export interface JudgeWrites {
  putJudge(record: JudgeRecord): Promise<void>;
  /** With its days and samples. */
  removeJudge(id: string): Promise<void>;
  /** Drops the judge's days before `since`. */
  putJudgeDay(judge: string, day: string, usage: JudgeUsage, since: string): Promise<void>;
  putJudgeSample(record: JudgeSampleRecord): Promise<void>;
  /** Those of before; gives how many of them waited. */
  dropJudgeSamples(judge: string, before: number): Promise<number>;
  /** Empties all that wait in a project: somebody may be in them. */
  forgetJudgeSamples(project: string): Promise<void>;
}
