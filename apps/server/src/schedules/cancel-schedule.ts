/** Cancels a schedule that is still to run. */

import { ProblemError } from "@dimmer/protocol";
import { requireRightWithin, sightOf } from "../access/authorise.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author, ChangePorts } from "../flags/apply-change.ts";
import { authoriseOperations, authoriseProject } from "../flags/authorise-change.ts";
import { loadState } from "../flags/load-state.ts";
import type { ScheduleRecord } from "../storage/schedule-record.ts";
import { noSuchSchedule, viewSchedule } from "./schedule.ts";

/**
 * Shape:  whoever may make the change may cancel it; one that is cancelled already stays as it is and leaves no second audit row.
 * Errors: `ProblemError`: not-found; forbidden; conflict for one that has run or failed.
 */
export async function cancelSchedule(
  ports: ChangePorts,
  asked: Author,
  { project, id }: { readonly project: string; readonly id: string },
): Promise<ScheduleRecord> {
  authoriseProject(asked, project);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const author = await currentAuthor(tx, asked, at);
    requireRightWithin(author, "schedule.edit", { project, environment: null });
    const record = await tx.getSchedule(project, id);
    if (record === null || viewSchedule(sightOf(author, project), record) === null) throw noSuchSchedule(project, id);
    authoriseOperations(author, await loadState(tx, { project, operations: record.operations, at }), record.operations);
    if (record.state === "cancelled") return record;
    if (record.state !== "pending") {
      const mend = record.change === null ? "There is nothing to cancel." : `Undo ${record.change} instead.`;
      throw new ProblemError("conflict", `Schedule ${id} is ${record.state} already. ${mend}`);
    }
    const cancelled: ScheduleRecord = { ...record, state: "cancelled", settledAt: at };
    await tx.putSchedule(cancelled);
    const entry = { chain: projectChain(project), at, action: "schedule.cancel", actor: author.actor, details: { schedule: id } };
    await appendAudit(tx, entry, ports);
    return cancelled;
  });
}
