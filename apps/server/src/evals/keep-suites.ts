/** Suites that a project keeps: pushed as numbered versions that never change, and removed. */

import type { JsonValue } from "@dimmer/evaluation";
import { type EvalSuite, type EvalSuiteDetails, type EvalSuiteView, ProblemError, SUITE_LIMITS } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import { digestOf } from "../flags/value-digest.ts";
import type { EvalSuiteRecord } from "../storage/eval-suite-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { requirePinned } from "./suites/judge.ts";
import { prepareScorers } from "./suites/score-answer.ts";
import { SuiteError } from "./suites/suite-error.ts";

/**
 * Keeps a suite.
 *
 * Shape:  the next number of its name; the very content of the newest one is that one, and nothing is written. The right is the one to
 *         push reports, in the whole project: whoever writes the suite says what a pass is.
 * Errors: `ProblemError`: forbidden; invalid-request for a judge that moves or a schema that is none; conflict for another content
 *         under a version that was pushed, and beyond the bounds.
 * Source: ADR-0058.
 */
export async function pushEvalSuite(
  ports: AccessPorts,
  author: Author,
  project: string,
  suite: EvalSuite,
): Promise<{ readonly record: EvalSuiteRecord; readonly isNew: boolean }> {
  checkSuite(suite);
  const digest = digestOf(suite as unknown as JsonValue);
  const createdAt = ports.clock();
  return await ports.store.transaction(async (tx) => {
    await requireProject(tx, project);
    await requireRightNow(tx, author, "eval.push", { project, environment: null }, createdAt);
    const newest = await tx.getEvalSuite(project, suite.suite);
    if (newest?.digest === digest) return { record: newest, isNew: false };
    await requireRoom(tx, project, suite, newest);
    const { version = null, repeats, items, scorers } = suite;
    const record: EvalSuiteRecord = {
      project,
      name: suite.suite,
      number: (await tx.lastEvalSuiteNumber(project, suite.suite)) + 1,
      digest,
      summary: { version, itemCount: items.length, repeats, scorers: Object.keys(scorers) },
      createdAt,
    };
    await tx.putEvalSuite(record, suite);
    await audit(tx, ports, author, "eval-suite.push", record);
    return { record, isNew: true };
  });
}

/** Its versions go, their numbers are not given again, and reports stay. Errors: `ProblemError`: forbidden, not-found. */
export async function removeEvalSuite(
  ports: AccessPorts,
  author: Author,
  project: string,
  name: string,
): Promise<EvalSuiteRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireRightNow(tx, author, "eval.push", { project, environment: null }, ports.clock());
    const record = await requireSuite(tx, project, name);
    await tx.removeEvalSuite(project, name);
    await audit(tx, ports, author, "eval-suite.remove", record);
    return record;
  });
}

/** The newest unless a number is given. Errors: `ProblemError("not-found")`. */
export async function requireSuite(store: StoreReader, project: string, name: string, number?: number): Promise<EvalSuiteRecord> {
  const record = await store.getEvalSuite(project, name, number);
  if (record !== null) return record;
  const which = number === undefined ? "" : ` number ${number}`;
  throw new ProblemError("not-found", `Project ${project} keeps no suite ${name}${which}. Push it: dimmer eval-suites push.`);
}

export async function readSuiteDetails(
  store: StoreReader,
  project: string,
  name: string,
  number?: number,
): Promise<EvalSuiteDetails> {
  const record = await requireSuite(store, project, name, number);
  const suite = await store.readEvalSuite(project, name, record.number);
  if (suite === null) throw new ProblemError("not-found", `The suite ${name} was just removed.`);
  const versions = await store.listEvalSuiteVersions(project, name, SUITE_LIMITS.shownVersions);
  return { ...viewSuite(record), suite, versions: versions.map(viewSuite) };
}

export const viewSuite = ({ name, number, digest, summary, createdAt }: EvalSuiteRecord): EvalSuiteView => ({
  name,
  number,
  digest,
  ...summary,
  createdAt: new Date(createdAt).toISOString(),
});

/** What a run would only find out when it has begun. */
function checkSuite(suite: EvalSuite): void {
  const bytes = Buffer.byteLength(JSON.stringify(suite));
  if (bytes > SUITE_LIMITS.bytes)
    throw new ProblemError(
      "invalid-request",
      `A suite that is kept has at most ${SUITE_LIMITS.bytes} bytes as JSON, and this one has ${bytes}. Split it.`,
    );
  try {
    requirePinned(suite);
    prepareScorers(suite, async () => await Promise.reject(new SuiteError("ended", "Nothing is asked here.")));
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error;
    throw new ProblemError("invalid-request", [error.message, error.mend ?? ""].join(" ").trim());
  }
}

async function requireRoom(
  tx: StoreTransaction,
  project: string,
  suite: EvalSuite,
  newest: EvalSuiteRecord | null,
): Promise<void> {
  const { suite: name, version } = suite;
  const versions = await tx.listEvalSuiteVersions(project, name, SUITE_LIMITS.shownVersions);
  const same = version === undefined ? undefined : versions.find(({ summary }) => summary.version === version);
  if (same !== undefined)
    throw new ProblemError(
      "conflict",
      `Version ${version} of ${name} was pushed with another content, and reports of one version are compared. Give it another \`version\`.`,
    );
  if (newest === null && (await tx.listEvalSuites(project)).length >= SUITE_LIMITS.suites)
    throw new ProblemError("conflict", `The project keeps ${SUITE_LIMITS.suites} suites, the most there may be. Remove one.`);
  const bytes = Buffer.byteLength(JSON.stringify(suite)) + (await tx.countEvalSuiteBytes(project));
  if (bytes > SUITE_LIMITS.keptBytes)
    throw new ProblemError(
      "conflict",
      `The suites of the project would have ${bytes} bytes, and ${SUITE_LIMITS.keptBytes} are kept at most. Remove one.`,
    );
}

async function audit(tx: StoreTransaction, ports: AccessPorts, { actor }: Author, action: string, record: EvalSuiteRecord) {
  const { project, name: suite, number, digest, summary } = record;
  const { version, itemCount } = summary;
  const details = { suite, number, version, digest, itemCount };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}
