/** What the evals of the treated value say beside those of what the others get. */

import type { EvalGate, GateReading } from "@dimmer/protocol";
import { EVAL_GATE } from "@dimmer/statistics";
import { compareReports, type ScoredReport } from "../evals/compare-reports.ts";
import type { EvalReportRecord } from "../storage/eval-report-record.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { shareOf, variantsOfServe } from "./shares.ts";

const HOUR_MS = 3_600_000;

/**
 * Shape:  one for each gate of the plan, in their order. What is missing, stale or undecided is no pass. `known` keeps what was compared:
 *         two reports stay what they are.
 * Errors: the store's own.
 */
export async function readGates(
  store: StoreReader,
  record: RolloutRecord,
  now: number,
  known: Map<string, GateReading>,
): Promise<readonly GateReading[]> {
  const readings: GateReading[] = [];
  for (const gate of record.terms.plan.gates) readings.push(await readGate(store, record, gate, now, known));
  return readings;
}

async function readGate(
  store: StoreReader,
  record: RolloutRecord,
  gate: EvalGate,
  now: number,
  known: Map<string, GateReading>,
): Promise<GateReading> {
  const { variant, terms } = record;
  const candidate = await newestReport(store, record, variant, gate.suite);
  if (candidate === null) return reading(gate, "missing", `Suite ${gate.suite} was not run on what ${variant} serves.`, null);
  const { id, at, summary } = candidate;
  const hours = Math.floor((now - at) / HOUR_MS);
  if (hours >= gate.maxAgeHours)
    return reading(
      gate,
      "stale",
      `The newest report of ${gate.suite}, ${id}, is ${hours} h old; it may be ${gate.maxAgeHours} h.`,
      id,
    );
  const failures = Object.entries(summary.scorers).find(
    ([scorer, { mustPassFailures }]) => mustPassFailures > 0 && (gate.scorer ?? scorer) === scorer,
  );
  if (failures !== undefined) return reading(gate, "failed", `In ${id} items that must pass did not, by ${failures[0]}.`, id);
  const compared = mainOther(terms.before, variant);
  const baseline = compared === undefined ? null : await newestReport(store, record, compared, gate.suite);
  if (baseline === null)
    return reading(gate, "missing", `Suite ${gate.suite} was not run on what ${compared ?? "the others"} serves.`, id);
  const key = JSON.stringify([baseline.id, candidate.id, gate]);
  const found = known.get(key) ?? (await compare(store, record.project, gate, baseline, candidate));
  known.set(key, found);
  return found;
}

/** The one with the largest share beside the treated one. */
function mainOther(before: RolloutRecord["terms"]["before"], variant: string): string | undefined {
  const others = variantsOfServe(before).filter((name) => name !== variant);
  return others.sort((one, other) => shareOf(before, other) - shareOf(before, one))[0];
}

async function newestReport(
  store: StoreReader,
  { project, flag, environment }: RolloutRecord,
  variant: string,
  suite: string,
): Promise<EvalReportRecord | null> {
  const version = (await store.getFlag(project, flag))?.environments[environment]?.config.published?.[variant];
  const value = version === undefined ? null : await store.getValueVersion(project, flag, variant, version);
  return value === null ? null : await store.newestEvalReport(project, { flag, suite, configHash: value.digest });
}

async function compare(
  store: StoreReader,
  project: string,
  gate: EvalGate,
  baseline: EvalReportRecord,
  candidate: EvalReportRecord,
): Promise<GateReading> {
  if (baseline.suiteVersion !== candidate.suiteVersion)
    return reading(
      gate,
      "missing",
      `${baseline.id} and ${candidate.id} are of different versions of ${gate.suite}. Run both again.`,
      candidate.id,
    );
  const [before, after] = [await scored(store, project, baseline), await scored(store, project, candidate)];
  const view = compareReports(before, after, { ...EVAL_GATE, margin: gate.margin, look: 1 });
  const verdicts = view.scorers.filter(({ scorer }) => gate.scorer === undefined || scorer === gate.scorer);
  const worse = verdicts.find(({ verdict }) => verdict === "worse");
  if (worse !== undefined) return reading(gate, "failed", worse.words, candidate.id);
  const open = verdicts.find(({ verdict }) => verdict !== "not-worse" && verdict !== "better");
  if (open !== undefined || verdicts.length === 0)
    return reading(gate, "missing", open?.words ?? `Neither report has scores by ${gate.scorer ?? "anything"}.`, candidate.id);
  return reading(gate, "passed", view.words, candidate.id);
}

const scored = async (store: StoreReader, project: string, record: EvalReportRecord): Promise<ScoredReport> => ({
  record,
  items: await store.listEvalItems(project, record.id),
});

const reading = ({ suite, scorer }: EvalGate, state: GateReading["state"], say: string, report: string | null): GateReading => ({
  suite,
  scorer: scorer ?? null,
  state,
  say,
  report,
});
