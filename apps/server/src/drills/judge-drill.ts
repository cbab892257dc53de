/** Judges a drill by exactly its own runs. */

import { WATCH_LIMITS } from "@dimmer/protocol";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import { DRILL_RULE } from "../drift/watched-variants.ts";
import type { DrillDetails, DrillRecord } from "../storage/drill-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { MetricRow } from "../telemetry/event-store.ts";
import { MINUTE_MS } from "../telemetry/times.ts";
import { callsModel, type HealthPorts } from "./fallback-health.ts";

/** What is told of a run comes a while after it. */
export const TOLD_MS = 3 * MINUTE_MS;
/** Failures that it takes, whatever the rate: one of three is no rate. */
const LEAST_FAILURES = 3;
/** Runs, and the share of them that fails, that end a drill early. */
const EARLY = { runs: 10, share: 0.5 } as const;

export interface DrillCounts {
  readonly runs: number;
  readonly failed: number;
}

/**
 * Shape:  runs where the app tells of runs, else calls. A run failed where something else than what was drilled answered it, or nobody; of a
 *         variant that calls no model, where the app's own default did.
 * Errors: those of the stores.
 */
export async function countDrill(ports: HealthPorts, record: DrillRecord): Promise<DrillCounts> {
  const { project, environment, flag, startedAt, drill } = record;
  const until = (drill.endedAt ?? ports.clock()) + TOLD_MS;
  const rows = await ports.events.metrics({ project, environment }, { since: startedAt, until, flag, by: "rule" });
  const mine = rows.filter(({ part }) => part?.startsWith(DRILL_RULE) === true);
  const calling = await callingVariants(ports.store, record);
  const counts = mine.map((row) => countRow(row, calling.includes(row.variant)));
  return { runs: sumOf(counts, "runs"), failed: sumOf(counts, "failed") };
}

function countRow(row: MetricRow, isCalling: boolean): DrillCounts {
  if (row.runs === 0) return { runs: row.generations, failed: row.errors };
  return { runs: row.runs, failed: row.runsDefault + (isCalling ? row.runsFallback : 0) };
}

const sumOf = (counts: readonly DrillCounts[], field: keyof DrillCounts): number =>
  counts.reduce((sum, count) => sum + count[field], 0);

async function callingVariants(
  store: StoreReader,
  { project, environment, flag, drill }: DrillRecord,
): Promise<readonly string[]> {
  const record = await store.getFlag(project, flag);
  const published = record?.environments[environment]?.config.published;
  const places = drill.variants.map((variant) => ({ flag, variant, number: published?.[variant] ?? 1 }));
  const values = await store.listValuesAt(project, places);
  return values.filter(({ value }) => callsModel(value)).map(({ variant }) => variant);
}

/** Whether so much fails that it must not go on to its end. */
export const isFailing = ({ runs, failed }: DrillCounts): boolean => runs >= EARLY.runs && failed > EARLY.share * runs;

/** Shape: `bad` also where there were few runs and most of them failed. */
export function verdictOf(
  { maxErrorRate, leastRuns }: Pick<DrillDetails, "maxErrorRate" | "leastRuns">,
  { runs, failed }: DrillCounts,
): "good" | "bad" | "too-little" {
  const isOver = failed >= LEAST_FAILURES && failed > maxErrorRate * runs;
  if (isOver && (runs >= leastRuns || failed > EARLY.share * runs)) return "bad";
  return runs < leastRuns ? "too-little" : "good";
}

/** Inside the caller's transaction. A good drill resolves what a bad one raised. */
export async function settleDrill(
  tx: StoreTransaction,
  ports: Pick<HealthPorts, "clock"> & { readonly random: (bytes: number) => Uint8Array },
  record: DrillRecord,
  counts: DrillCounts,
): Promise<DrillRecord> {
  const { project, environment, flag, drill } = record;
  const state = verdictOf(drill, counts);
  const say = SAY[state](counts, drill);
  const settled: DrillRecord = { ...record, state, drill: { ...drill, ...counts, say } };
  await tx.putDrill(settled, WATCH_LIMITS.drills);
  const key = `drill ${JSON.stringify([environment, flag])}`;
  if (state === "good") await settleAlert(tx, ports, { project, key });
  if (state === "bad")
    await raiseAlert(tx, ports, {
      project,
      key,
      kind: "drill-failed",
      severity: "warn",
      environment,
      flag,
      title: `${flag}: the fallback failed its drill`,
      cause: `${say} Nobody else noticed: it was a sliver of the traffic. Were the flag killed now, everybody would get this.`,
      evidence: { drill: record.id, percent: drill.percent, variants: [...drill.variants], ...counts },
      action: { kind: "page", label: "Look at the fallback", path: `/projects/${project}/flags/${flag}` },
    });
  return settled;
}

const percentOf = ({ runs, failed }: DrillCounts): string => `${((100 * failed) / Math.max(1, runs)).toFixed(1)} %`;
const SAY: Readonly<Record<"good" | "bad" | "too-little", (counts: DrillCounts, drill: DrillDetails) => string>> = {
  good: (counts, { variants }) => `${variants.join(", ")} served ${counts.runs} runs, of which ${counts.failed} failed.`,
  bad: (counts, { variants, maxErrorRate }) =>
    `${counts.failed} of ${counts.runs} runs of ${variants.join(", ")} failed (${percentOf(counts)}), more than ${100 * maxErrorRate} %.`,
  "too-little": (counts, { leastRuns }) => `There were ${counts.runs} runs, and ${leastRuns} are needed to tell.`,
};
