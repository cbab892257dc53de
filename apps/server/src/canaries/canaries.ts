/** Canary sets of an environment: made and removed, each with its row in the audit. */

import type { z } from "zod";
import { type CanaryRequest, EVAL_RUN_LIMITS, ProblemError, WATCH_LIMITS } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { EnvironmentPlace } from "../connections/connections.ts";
import { requireWatchedFlag } from "../drift/drift-settings.ts";
import { requireSuite } from "../evals/keep-suites.ts";
import type { Author } from "../flags/apply-change.ts";
import type { CanaryRecord } from "../storage/canary-record.ts";
import type { EvalSuiteRecord } from "../storage/eval-suite-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";

/**
 * Makes a set. It is replayed for the first time at once.
 *
 * Shape:  it spends by itself, so it takes `watch.edit` and `playground.run`, which calls models, there. It never changes: another suite or
 *         budget is another set.
 * Errors: `ProblemError`: forbidden; not-found for the environment, the flag or the suite; invalid-request for a suite with too few
 *         or too many prompts; already-exists for its name; conflict beyond the bound.
 * Source: ADR-0066.
 */
export async function createCanary(
  ports: AccessPorts,
  author: Author,
  place: EnvironmentPlace,
  order: z.output<typeof CanaryRequest>,
): Promise<CanaryRecord> {
  return await ports.store.transaction(async (tx) => {
    const now = ports.clock();
    await requireCanaryRights(tx, author, place, now);
    await requireWatchedFlag(tx, { ...place, flag: order.flag });
    const suite = await requireSuite(tx, place.project, order.suite, order.suiteNumber);
    requirePrompts(suite);
    requireRoom(await tx.listCanaries(place.project, place.environment), order.name, place);
    const { suiteNumber: _asked, ...said } = order;
    const { itemCount: prompts, scorers } = suite.summary;
    const record: CanaryRecord = {
      ...place,
      id: drawId("canary", ports.random),
      definition: { ...said, suiteNumber: suite.number, prompts, scorers },
      message: null,
      nextAt: now,
      createdAt: now,
    };
    await tx.putCanary(record);
    await audit(tx, ports, author, "canary.create", record);
    return record;
  });
}

/** With its results. Errors: `ProblemError`: forbidden, not-found. */
export async function removeCanary(
  ports: AccessPorts,
  author: Author,
  place: EnvironmentPlace,
  id: string,
): Promise<CanaryRecord> {
  return await edit(ports, author, place, id, "canary.remove", async (tx, record) => {
    await tx.removeCanary(id);
    return record;
  });
}

/** Replays it as soon as there is room. Errors: `ProblemError`: forbidden, not-found. */
export async function replayNow(ports: AccessPorts, author: Author, place: EnvironmentPlace, id: string): Promise<CanaryRecord> {
  return await edit(ports, author, place, id, "canary.replay", async (tx, record) => {
    const due: CanaryRecord = { ...record, message: null, nextAt: ports.clock() };
    await tx.putCanary(due);
    return due;
  });
}

/** What each variant does next is what later replays are held against. Errors: `ProblemError`: forbidden, not-found. */
export async function renewReferences(
  ports: AccessPorts,
  author: Author,
  place: EnvironmentPlace,
  id: string,
): Promise<CanaryRecord> {
  return await edit(ports, author, place, id, "canary.renew", async (tx, record) => {
    await tx.clearCanaryReferences(id);
    return record;
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireCanary(
  store: StoreReader,
  { project, environment }: EnvironmentPlace,
  id: string,
): Promise<CanaryRecord> {
  const record = await store.getCanary(project, environment, id);
  if (record === null) throw new ProblemError("not-found", `There is no canary set ${id} in ${environment}.`);
  return record;
}

async function edit(
  ports: AccessPorts,
  author: Author,
  place: EnvironmentPlace,
  id: string,
  action: string,
  work: (tx: StoreTransaction, record: CanaryRecord) => Promise<CanaryRecord>,
): Promise<CanaryRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireCanaryRights(tx, author, place, ports.clock());
    const edited = await work(tx, await requireCanary(tx, place, id));
    await audit(tx, ports, author, action, edited);
    return edited;
  });
}

async function requireCanaryRights(tx: StoreTransaction, author: Author, place: EnvironmentPlace, now: number): Promise<void> {
  for (const right of ["watch.edit", "playground.run"] as const) await requireRightNow(tx, author, right, place, now);
}

function requirePrompts({ name, summary: { itemCount, repeats } }: EvalSuiteRecord): void {
  const { least, most } = WATCH_LIMITS.prompts;
  if (itemCount < least || itemCount > most)
    throw new ProblemError("invalid-request", `${name} has ${itemCount} prompts. A canary set has ${least} to ${most}.`);
  if (itemCount * repeats > EVAL_RUN_LIMITS.answers)
    throw new ProblemError("invalid-request", `${name} asks for more than ${EVAL_RUN_LIMITS.answers} answers. Repeat less.`);
}

function requireRoom(others: readonly CanaryRecord[], name: string, { environment }: EnvironmentPlace): void {
  if (others.some(({ definition }) => definition.name === name))
    throw new ProblemError("already-exists", `There is a canary set called ${name} in ${environment} already.`);
  if (others.length >= WATCH_LIMITS.canaries)
    throw new ProblemError("conflict", `${environment} has ${WATCH_LIMITS.canaries} canary sets. Remove one first.`);
}

async function audit(tx: StoreTransaction, ports: AccessPorts, { actor }: Author, action: string, record: CanaryRecord) {
  const { project, environment, id: canary, definition } = record;
  const details = { canary, environment, ...definition, scorers: [...definition.scorers] };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}
