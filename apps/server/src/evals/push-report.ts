/** Takes in an eval report: bound to the content that was run, and written to the audit log, since publishing may depend on it. */

import { EVAL_LIMITS, type EvalItem, type EvalReportRequest, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { EvalReportRecord } from "../storage/eval-report-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { scorersOf, summariseItems } from "./eval-report.ts";

/**
 * Shape:  one transaction: the report, its audit row, and the oldest reports gone that are more than are kept. The right is needed in the
 *         whole project, as a report counts for each of its environments.
 * Errors: `ProblemError`: forbidden; not-found for the flag, the variant or the version; invalid-request for an id that comes twice, too
 *         many scorers, or a time to come.
 * Source: ADR-0047.
 */
export async function pushEvalReport(
  ports: AccessPorts,
  author: Author,
  project: string,
  request: EvalReportRequest,
): Promise<EvalReportRecord> {
  return await ports.store.transaction((tx) => putReport(tx, ports, author, project, request));
}

/** As a part of what else is written. Errors: those of `pushEvalReport`. */
export async function putReport(
  tx: StoreTransaction,
  ports: AccessPorts,
  author: Author,
  project: string,
  request: EvalReportRequest,
): Promise<EvalReportRecord> {
  const createdAt = ports.clock();
  const at = request.at === undefined ? createdAt : Date.parse(request.at);
  checkRequest(request, at, createdAt);
  await requireRightNow(tx, author, "eval.push", { project, environment: null }, createdAt);
  const record: EvalReportRecord = {
    project,
    id: drawId("eval", ports.random),
    sequence: (await tx.lastEvalReportSequence(project)) + 1,
    suite: request.suite,
    suiteVersion: request.suiteVersion ?? null,
    flag: request.flag,
    variant: request.variant,
    ...(await findContent(tx, project, request)),
    model: request.model ?? null,
    judge: request.judge ?? null,
    source: request.source,
    at,
    createdAt,
    summary: summariseItems(request.items),
  };
  await tx.putEvalReport(record, request.items);
  await tx.dropEvalReports(project, { kept: EVAL_LIMITS.kept, bytes: EVAL_LIMITS.keptBytes });
  await audit(tx, ports, author, record);
  return record;
}

function checkRequest({ items }: EvalReportRequest, at: number, now: number): void {
  if (at > now + EVAL_LIMITS.aheadMs)
    throw new ProblemError("invalid-request", "`at` is a time to come. Say when the suite was run, or set that clock.");
  const repeated = findRepeated(items);
  if (repeated !== undefined) {
    const mend = "Put the repeats of an item into one, as a list of scores.";
    throw new ProblemError("invalid-request", `Item "${repeated}" comes twice. ${mend}`);
  }
  const scorers = scorersOf(items);
  if (scorers.length > EVAL_LIMITS.scorers)
    throw new ProblemError(
      "invalid-request",
      `A report has at most ${EVAL_LIMITS.scorers} scorers; this one has ${scorers.length}.`,
    );
  if (scorers.length === 0)
    throw new ProblemError("invalid-request", "No item has a score. Look why the suite could not be run.");
}

function findRepeated(items: readonly EvalItem[]): string | undefined {
  const seen = new Set<string>();
  return items.find(({ id }) => seen.size === seen.add(id).size)?.id;
}

/** What was run, by its digest; the version where it is one. */
async function findContent(tx: StoreTransaction, project: string, { flag, variant, ...content }: EvalReportRequest) {
  const record = await tx.getFlag(project, flag);
  if (record === null) throw new ProblemError("not-found", `There is no flag ${flag} in project ${project}.`);
  if (!Object.hasOwn(record.variants, variant)) throw new ProblemError("not-found", `Flag ${flag} has no variant ${variant}.`);
  const versions = (await tx.listValueVersions(project, flag)).filter((version) => version.variant === variant);
  const { valueVersion, configHash } = content;
  if (configHash !== undefined) {
    const found = versions.filter(({ digest }) => digest === configHash).at(-1);
    return { configHash, valueVersion: found?.number ?? null };
  }
  const found = versions.find(({ number }) => number === valueVersion);
  if (found === undefined) throw new ProblemError("not-found", `${flag}:${variant} has no version ${valueVersion}.`);
  return { configHash: found.digest, valueVersion: found.number };
}

async function audit(tx: StoreTransaction, ports: AccessPorts, { actor }: Author, record: EvalReportRecord): Promise<void> {
  const { project, id: report, suite, suiteVersion, flag, variant, configHash, valueVersion, model, source, at } = record;
  const { itemCount, errorCount, scorers } = record.summary;
  const judge = record.judge === null ? null : `${record.judge.name} by ${record.judge.model}`;
  const means = Object.fromEntries(Object.entries(scorers).map(([scorer, { mean }]) => [scorer, mean]));
  const content = { suite, suiteVersion, flag, variant, configHash, valueVersion, model, judge, source, at };
  const details = { report, ...content, itemCount, errorCount, means };
  const entry = { chain: projectChain(project), at: record.createdAt, action: "eval-report.push", actor, details };
  await appendAudit(tx, entry, ports);
}
