/** Runs of kept suites that the server is to make: put in line, looked at, cancelled. */

import { EVAL_RUN_LIMITS, type EvalRunRequest, type EvalRunView, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { EnvironmentPlace } from "../connections/connections.ts";
import type { Author } from "../flags/apply-change.ts";
import { digestOf } from "../flags/value-digest.ts";
import { readValues } from "../playground/playground.ts";
import type { EvalRunRecord } from "../storage/eval-suite-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { requireSuite } from "./keep-suites.ts";

/**
 * Puts a run in line.
 *
 * Shape:  the value is read now, so that what is scored is what was asked for, whatever becomes of the draft. It takes the right to call
 *         models in the environment and the one to push reports in the project, now and while it runs.
 * Errors: `ProblemError`: forbidden; not-found for the suite, the flag, the environment or the variant; invalid-request for a draft or
 *         version that is not there, and for more answers than a run may ask for; too-many-requests beyond those that wait.
 * Source: ADR-0058.
 */
export async function startEvalRun(
  ports: AccessPorts,
  author: Author,
  { project, environment }: EnvironmentPlace,
  { suite, suiteNumber, flag, ...of }: EvalRunRequest,
): Promise<EvalRunRecord> {
  const { store } = ports;
  const kept = await requireSuite(store, project, suite, suiteNumber);
  const [value = null] = await readValues(store, { project, environment }, { flag, variants: [of] });
  requireFewAnswers(kept.summary.itemCount * kept.summary.repeats);
  const createdAt = ports.clock();
  return await store.transaction(async (tx) => {
    await requireRightNow(tx, author, "playground.run", { project, environment }, createdAt);
    await requireRightNow(tx, author, "eval.push", { project, environment: null }, createdAt);
    if ((await tx.countWaitingEvalRuns(project)) >= EVAL_RUN_LIMITS.waiting)
      throw new ProblemError(
        "too-many-requests",
        `${EVAL_RUN_LIMITS.waiting} runs wait or go on. Cancel one, or try again later.`,
      );
    const record: EvalRunRecord = {
      project,
      id: drawId("evalrun", ports.random),
      sequence: (await tx.lastEvalRunSequence(project)) + 1,
      environment,
      suite,
      suiteNumber: kept.number,
      flag,
      variant: of.variant,
      value,
      configHash: digestOf(value),
      connection: of.connection ?? null,
      state: "queued",
      done: 0,
      total: kept.summary.itemCount,
      message: null,
      report: null,
      canary: null,
      actor: author.actor,
      createdAt,
      startedAt: null,
      endedAt: null,
    };
    await tx.putEvalRun(record);
    await audit(tx, ports, author, "eval-run.start", record);
    return record;
  });
}

/** One that has ended stays as it is. Errors: `ProblemError`: forbidden, not-found. */
export async function cancelEvalRun(
  ports: AccessPorts,
  author: Author,
  { project, id, done }: { readonly project: string; readonly id: string; readonly done: number | undefined },
): Promise<EvalRunRecord> {
  return await ports.store.transaction(async (tx) => {
    const record = await requireRun(tx, project, id);
    await requireRightNow(tx, author, "playground.run", record, ports.clock());
    if (record.endedAt !== null) return record;
    const cancelled = { ...record, state: "cancelled", done: done ?? record.done, endedAt: ports.clock() } as const;
    await tx.putEvalRun(cancelled);
    await audit(tx, ports, author, "eval-run.cancel", cancelled);
    return cancelled;
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireRun(store: StoreReader, project: string, id: string): Promise<EvalRunRecord> {
  const record = await store.getEvalRun(project, id);
  if (record === null) throw new ProblemError("not-found", `There is no eval run ${id} in project ${project}.`);
  return record;
}

/** `done` is what the runner has counted, of one that goes on. */
export function viewRun(record: EvalRunRecord, done: number | undefined): EvalRunView {
  const { project: _project, sequence: _sequence, value: _value, connection: _connection, canary: _canary, ...same } = record;
  const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...same,
    done: record.state === "running" ? (done ?? record.done) : record.done,
    createdAt: new Date(record.createdAt).toISOString(),
    startedAt: timeOf(record.startedAt),
    endedAt: timeOf(record.endedAt),
  };
}

function requireFewAnswers(answers: number): void {
  if (answers <= EVAL_RUN_LIMITS.answers) return;
  throw new ProblemError(
    "invalid-request",
    `The server asks for ${EVAL_RUN_LIMITS.answers} answers in a run at most, and these are ${answers}. Run it with \`dimmer evals run\`, or repeat less.`,
  );
}

async function audit(tx: StoreTransaction, ports: AccessPorts, { actor }: Author, action: string, record: EvalRunRecord) {
  const { project, id: run, environment, suite, suiteNumber, flag, variant, configHash } = record;
  const details = { run, environment, suite, suiteNumber, flag, variant, configHash };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}
