/** What is known of an experiment now, and what was kept of it. */

import type { ExperimentResults } from "@dimmer/protocol";
import type { ExperimentRecord } from "../storage/experiment-record.ts";
import { analyseMaterial, type AskPorts, gatherMaterial, hasStarted } from "./ask-people.ts";

/**
 * Shape:  of one that has ended the current result is the kept one, where there is one.
 * Errors: `ProblemError`: telemetry-unavailable, question-too-large.
 */
export async function readResults(ports: AskPorts, record: ExperimentRecord, now: number): Promise<ExperimentResults> {
  if (!hasStarted(record)) return { current: null, kept: [] };
  const records = await ports.store.listExperimentResults(record.id);
  const kept = records.map(({ result, material, kept: kind, at }) => ({
    result,
    isSame: JSON.stringify(analyseMaterial(record, material, kind, at)) === JSON.stringify(result),
  }));
  const end = records.find((one) => one.kept === "end");
  if (end !== undefined) return { current: end.result, kept };
  const until = record.body.ended?.at ?? now;
  return { current: analyseMaterial(record, await gatherMaterial(ports, record, until), null, now), kept };
}
