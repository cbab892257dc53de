/** Makes one run: asks and scores through the environment's connections, and pushes the report of the very content. */

import { isReply, type ModelConfig } from "@dimmer/ai/parts";
import {
  EVAL_LIMITS,
  EVAL_RUN_LIMITS,
  type EvalReportRequest,
  type EvalSuite,
  type JudgeScorer,
  ProblemError,
} from "@dimmer/protocol";
import { openPurse, type Purse } from "../canaries/purse.ts";
import { isReplay, replayAuthor, type ReplayEnd, type ReplayRun, settleReplay } from "../canaries/settle-replay.ts";
import { auditUse, chooseConnection, type Use } from "../connections/use-connection.ts";
import type { Author } from "../flags/apply-change.ts";
import type { EvalRunRecord } from "../storage/eval-suite-record.ts";
import { askThrough, type AskConnectionPorts } from "./ask-connection.ts";
import { putReport } from "./push-report.ts";
import { judgeOf } from "./suites/judge.ts";
import { runSuite, type SuiteRun } from "./suites/run-suite.ts";
import { SuiteError } from "./suites/suite-error.ts";

/** Milliseconds for which filling one text may hold up everybody else. */
const RENDER_MS = 250;

export interface MakeRunPorts extends AskConnectionPorts {
  /** Told of what is no refusal but a mistake of ours. */
  readonly onFailure: (error: unknown, what: string) => void;
}

/** What becomes of a run while it goes on. */
export interface Making {
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

/**
 * Shape:  one that is queued; another is left alone. Claimed first, and settled in the transaction that pushes the report, so that a
 *         process that dies in between leaves a run that goes on, which the next start ends as interrupted. A report of a run that was
 *         cancelled meanwhile is not pushed.
 * Errors: rejects only where the store cannot be written; all else is the run's `message`.
 * Source: ADR-0058.
 */
export async function makeRun(ports: MakeRunPorts, queued: EvalRunRecord, making: Making): Promise<void> {
  const record = await claim(ports, queued);
  if (record === null) return;
  let done = 0;
  const progress = (count: number) => making.progress((done = count));
  const purse = isReplay(record) ? openPurse(record.canary.heldMicroUsd) : undefined;
  try {
    const author = isReplay(record) ? replayAuthor(record) : { actor: record.actor, grants: [] };
    const suite = await ports.store.readEvalSuite(record.project, record.suite, record.suiteNumber);
    if (suite === null) throw new SuiteError("ended", `The suite ${record.suite} was removed before it was run.`);
    const run = await runThrough(ports, author, record, suite, { ...making, progress, purse });
    if (making.signal.aborted) return;
    if (isReplay(record)) return await endReplay(ports, record, { ...run, purse, message: null });
    await settle(ports, author, { ...record, done }, suite, run);
  } catch (error) {
    if (making.signal.aborted) return;
    if (!(error instanceof SuiteError || error instanceof ProblemError)) ports.onFailure(error, `eval run ${record.id}`);
    if (isReplay(record)) return await endReplay(ports, record, { items: [], models: [], purse, message: sayWhy(error) });
    await endRun(ports, { ...record, done }, "failed", sayWhy(error));
  }
}

async function endReplay(
  ports: MakeRunPorts,
  record: ReplayRun,
  { purse, ...end }: Omit<ReplayEnd, "spentMicroUsd"> & { readonly purse: Purse | undefined },
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    if ((await tx.getEvalRun(record.project, record.id))?.state !== "running") return;
    await settleReplay(tx, ports, record, { ...end, spentMicroUsd: purse?.spentMicroUsd() ?? null });
  });
}

/** Ends a run that goes on, whoever it was that made it. */
export async function endRun(
  ports: Pick<MakeRunPorts, "store" | "clock" | "random">,
  { project, id, done }: EvalRunRecord,
  state: "failed" | "interrupted",
  message: string,
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const now = await tx.getEvalRun(project, id);
    if (now?.state !== "running") return;
    // What it spent is known to nobody any more.
    if (isReplay(now)) return await settleReplay(tx, ports, now, { items: [], models: [], spentMicroUsd: null, message });
    await tx.putEvalRun({ ...now, done, state, message, endedAt: ports.clock() });
    await tx.dropEvalRuns(project, EVAL_RUN_LIMITS.kept);
  });
}

async function claim({ store, clock }: MakeRunPorts, { project, id }: EvalRunRecord): Promise<EvalRunRecord | null> {
  return await store.transaction(async (tx) => {
    const record = await tx.getEvalRun(project, id);
    if (record?.state !== "queued") return null;
    const running = { ...record, state: "running", startedAt: clock() } as const;
    await tx.putEvalRun(running);
    return running;
  });
}

async function runThrough(
  ports: MakeRunPorts,
  author: Author,
  record: EvalRunRecord,
  suite: EvalSuite,
  { signal, progress, purse }: Making & { readonly purse: Purse | undefined },
): Promise<SuiteRun> {
  const { project, environment, flag, variant, connection } = record;
  const purpose = isReplay(record) ? "canary" : "eval";
  const use: Use = { project, environment, purpose, right: "playground.run", flag, isAudited: true };
  await auditPlan(ports, author, use, record, suite);
  const bounded = { ...suite, concurrency: Math.min(suite.concurrency, EVAL_RUN_LIMITS.concurrency) };
  return await runSuite(bounded, record.value, {
    ask: askThrough(ports, author, use, { variant, connection, purse }),
    askJudge: askThrough(ports, author, use, { variant, connection: null, purse }),
    clock: ports.clock,
    progress,
    signal,
    renderMs: RENDER_MS,
  });
}

/** One row for each model that the run will call, before it calls any: who, through what, and how often at most. */
async function auditPlan(ports: MakeRunPorts, author: Author, use: Use, record: EvalRunRecord, suite: EvalSuite): Promise<void> {
  const { project, environment, variant, value, connection, id: run } = record;
  const connections = await ports.store.listConnections(project, environment);
  const answers = suite.items.length * suite.repeats;
  const judges = Object.values(suite.scorers).filter((scorer): scorer is JudgeScorer => scorer.type === "judge");
  const [judge] = judges;
  const config = isModelConfig(value) ? [{ config: value, named: connection ?? undefined, calls: answers }] : [];
  const judged = judge === undefined ? [] : [{ config: judge, named: undefined, calls: answers * judges.length }];
  const planned = [...config, ...judged].map(({ config, named, calls }) => {
    const chosen = chooseConnection(connections, config, record, named);
    if ("message" in chosen) throw new SuiteError("ended", chosen.message);
    return { connection: chosen.id, calls: [{ variant, model: config.model, run, atMost: calls }] };
  });
  await ports.store.transaction(async (tx) => {
    for (const plan of planned) await auditUse(tx, ports, author, use, plan);
  });
}

/** What cannot be read as a config is an error of each item. */
function isModelConfig(value: unknown): value is ModelConfig {
  const config = Object(value) as { readonly provider?: unknown; readonly model?: unknown };
  return !isReply(value as never) && typeof config.provider === "string" && typeof config.model === "string";
}

async function settle(
  ports: MakeRunPorts,
  author: Author,
  record: EvalRunRecord,
  suite: EvalSuite,
  run: SuiteRun,
): Promise<void> {
  const { project, id } = record;
  const unscored = run.items.find(({ error }) => error !== undefined)?.error;
  if (run.items.every(({ scores }) => Object.keys(scores).length === 0))
    throw new SuiteError("ended", `No item has a score. ${unscored ?? ""}`.trim());
  await ports.store.transaction(async (tx) => {
    const now = await tx.getEvalRun(project, id);
    if (now?.state !== "running") return;
    const report = await putReport(tx, ports, author, project, reportOf(record, suite, run));
    await tx.putEvalRun({ ...record, state: "finished", report: report.id, endedAt: ports.clock() });
    await tx.dropEvalRuns(project, EVAL_RUN_LIMITS.kept);
  });
}

/** A suite that names no version of its own goes by its number: reports of different contents are not compared. */
function reportOf({ flag, variant, configHash, suiteNumber }: EvalRunRecord, suite: EvalSuite, run: SuiteRun): EvalReportRequest {
  const judge = judgeOf(suite);
  return {
    suite: suite.suite,
    suiteVersion: suite.version ?? `#${suiteNumber}`,
    flag,
    variant,
    configHash,
    items: [...run.items],
    source: "server",
    ...(run.models.length === 0 ? {} : { model: run.models.join(", ").slice(0, EVAL_LIMITS.nameChars) }),
    ...(judge === undefined ? {} : { judge }),
  };
}

function sayWhy(error: unknown): string {
  if (error instanceof SuiteError) return [error.message, error.mend ?? ""].join(" ").trim();
  if (error instanceof ProblemError) return error.message;
  return "It failed for a reason that is not yours. The log of the server says more.";
}
