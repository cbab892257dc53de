/** Ends an experiment: its result is kept, and its people stay as they are until it is shipped. */

import type { ExperimentEnd, ExperimentResult } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { ResultMaterial } from "../storage/experiment-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { analyseMaterial, type StartedExperiment } from "./ask-people.ts";
import { auditExperiment, type ExperimentPorts, putNext } from "./experiments.ts";

/**
 * Ends it inside the caller's transaction.
 *
 * Shape:  an end by time is the planned read, where there was none: when it would end was fixed before. One by a person is not, as they may
 *         have looked. Without material, as telemetry may be away, no result is kept.
 * Errors: the store's own.
 */
export async function endIn(
  tx: StoreTransaction,
  ports: ExperimentPorts,
  author: Pick<Author, "actor">,
  record: StartedExperiment,
  { why, material }: { readonly why: ExperimentEnd; readonly material: ResultMaterial | null },
): Promise<{ readonly record: StartedExperiment; readonly result: ExperimentResult | null }> {
  const at = ports.clock();
  const result = material === null ? null : await keepResult(tx, record, ended(material, at, why), "end", at);
  const latest = result === null ? record.body.latest : { verdict: result.verdict, say: result.say, at };
  const next = (await putNext(tx, {
    ...record,
    state: "ended",
    body: { ...record.body, ended: { at, why }, paused: null, latest },
  })) as StartedExperiment;
  await auditExperiment(tx, ports, author, "experiment.end", next, {
    why,
    verdict: result?.verdict ?? null,
    say: result?.say ?? null,
  });
  return { record: next, result };
}

const ended = (material: ResultMaterial, at: number, why: ExperimentEnd): ResultMaterial => ({
  ...material,
  planned: why === "time" ? (material.planned ?? material.statistics) : material.planned,
  endedAt: at,
});

/** With what it was reckoned from. */
export async function keepResult(
  tx: StoreTransaction,
  record: StartedExperiment,
  material: ResultMaterial,
  kept: "planned" | "end",
  at: number,
): Promise<ExperimentResult> {
  const result = analyseMaterial(record, material, kept, at);
  await tx.putExperimentResult({ experiment: record.id, kept, at, result, material });
  return result;
}
