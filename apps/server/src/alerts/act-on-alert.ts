/** What people do with an alert: take it, or say that it is over. */

import { ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { isInSight, requireRight, type Sight, sightOf } from "../access/authorise.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { AlertRecord } from "../storage/alert-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { resolveAlert, tell } from "./tell-alert.ts";

export type AlertPlace = Pick<AlertRecord, "project" | "id">;

export interface AlertDeed {
  readonly act: "acknowledge" | "resolve";
  readonly note?: string | undefined;
}

/**
 * Takes an alert, or resolves it.
 *
 * Shape:  whoever acknowledges last has it. What is still wrong raises a resolved one again.
 * Errors: `ProblemError`: not-found, also for one out of sight; forbidden without the right where it is, or, for one of no environment, in
 *         the whole project; conflict for one that is resolved.
 * Source: ADR-0063.
 */
export async function actOnAlert(ports: AccessPorts, asked: Author, place: AlertPlace, deed: AlertDeed): Promise<AlertRecord> {
  return await ports.store.transaction(async (tx) => {
    const now = ports.clock();
    const author = await currentAuthor(tx, asked, now);
    const alert = await requireAlert(tx, sightOf(author, place.project), place);
    requireRight(author, "alert.edit", { project: place.project, environment: alert.environment });
    if (alert.state === "resolved") throw new ProblemError("conflict", `${alert.id} is resolved already.`);
    const { act, note } = deed;
    const after =
      act === "resolve"
        ? await resolveAlert(tx, alert, { by: author.actor, note }, now)
        : await acknowledge(tx, { ...alert, acknowledgedBy: author.actor, note: note ?? alert.note }, now);
    const details = { alert: alert.id, kind: alert.kind, ...(note === undefined ? {} : { note }) };
    const entry = { chain: projectChain(place.project), at: now, action: `alert.${act}`, actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return after;
  });
}

async function acknowledge(tx: StoreTransaction, alert: AlertRecord, now: number): Promise<AlertRecord> {
  const after: AlertRecord = { ...alert, state: "acknowledged" };
  await tx.putAlert(after);
  await tell(tx, "alert.acknowledged", after, now);
  return after;
}

/** Errors: `ProblemError("not-found")`, also for one of an environment that is out of sight. */
export async function requireAlert(store: StoreReader, sight: Sight, { project, id }: AlertPlace): Promise<AlertRecord> {
  const alert = await store.getAlert(project, id);
  if (alert === null || !isInSight(sight, alert.environment))
    throw new ProblemError("not-found", `There is no alert ${id} in project ${project}.`);
  return alert;
}
