/** Eval reports in the store: publishing depends on them, so they lie beside what is published and not with telemetry. */

import type { EvalItem, EvalJudge, EvalScorerSummary } from "@dimmer/protocol";

/** A report without its items. */
export interface EvalReportRecord {
  readonly project: string;
  readonly id: string;
  /** Counts the project's reports from 1. */
  readonly sequence: number;
  readonly suite: string;
  readonly suiteVersion: string | null;
  readonly flag: string;
  readonly variant: string;
  readonly configHash: string;
  readonly valueVersion: number | null;
  readonly model: string | null;
  readonly judge: EvalJudge | null;
  readonly source: string;
  /** When it was run, and when it came. */
  readonly at: number;
  readonly createdAt: number;
  readonly summary: EvalReportSummary;
}

export interface EvalReportSummary {
  readonly itemCount: number;
  readonly errorCount: number;
  readonly costMicroUsd: number | null;
  readonly scorers: Readonly<Record<string, EvalScorerSummary>>;
}

export interface EvalReportPage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly flag?: string | undefined;
  readonly variant?: string | undefined;
  readonly suite?: string | undefined;
}

/** What one value made of one suite. */
export interface EvaluatedContent {
  readonly flag: string;
  readonly suite: string;
  readonly configHash: string;
}

export interface EvalReportReads {
  getEvalReport(project: string, id: string): Promise<EvalReportRecord | null>;
  /** In the order in which they were pushed. */
  listEvalItems(project: string, id: string): Promise<readonly EvalItem[]>;
  /** Newest first. */
  listEvalReports(project: string, page: EvalReportPage): Promise<readonly EvalReportRecord[]>;
  /** The last that was pushed, whatever it says. */
  newestEvalReport(project: string, content: EvaluatedContent): Promise<EvalReportRecord | null>;
  /** How many there are up to a sequence, itself included. */
  countEvalReports(project: string, content: EvaluatedContent, upTo: number): Promise<number>;
  lastEvalReportSequence(project: string): Promise<number>;
}

export interface EvalReportWrites {
  /** Appends: an id that is there already is an error, never an overwrite. */
  putEvalReport(record: EvalReportRecord, items: readonly EvalItem[]): Promise<void>;
  /** The newest stay, up to a number and to the bytes of their items; the newest one always does. */
  dropEvalReports(project: string, bounds: { readonly kept: number; readonly bytes: number }): Promise<void>;
}
