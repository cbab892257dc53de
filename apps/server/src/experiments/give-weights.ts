/** A bandit's hour: weights by the chance that each arm is best, with a floor, through the one write path. */

import type { BanditPeriod, ExperimentDefinition } from "@dimmer/protocol";
import { liveShares, SLOTS, toPercent } from "@dimmer/evaluation";
import { withFloor } from "@dimmer/statistics";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import { serveAt } from "../flags/addresses.ts";
import { isSplit } from "../flags/lay-split.ts";
import { blockOf } from "../flags/project-state.ts";
import type { ExperimentRecord, ResultMaterial } from "../storage/experiment-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { HOUR_MS } from "../telemetry/times.ts";
import { bestArms } from "./analyse/best-arms.ts";
import { placeMetrics } from "./analyse/experiment-arms.ts";
import { judgeSplit } from "./analyse/judge-split.ts";
import { hasStarted, SOURCE, type StartedExperiment } from "./ask-people.ts";
import { auditExperiment } from "./experiments.ts";
import { shareSlots } from "./plan-start.ts";

/** What acts by itself; it may turn shares, in one environment. */
export const ROBOT = { actor: { kind: "system", id: "experiments", name: "Experiments" } } as const satisfies Pick<
  Author,
  "actor"
>;

const robotIn = ({ project, environment }: ExperimentRecord): Author => ({
  ...ROBOT,
  grants: [{ role: "experiments", project, environment, rights: ["read", "split.edit"] }],
});

/** So little is no news: each write is a change that every SDK hears of. */
const LEAST_POINTS = 1;

/**
 * Gives the weights of the hour, where it is over.
 *
 * Shape:  only on the split as it left it itself: where a person edited it, or an edit takes review, it pauses and says why. It stays on what
 *         was given until each arm has 100 people, and while people are not split as planned.
 * Errors: those of the store; a refusal of the write path pauses it.
 * Source: reference statistics 7; ADR-0065.
 */
export async function giveWeights(
  ports: ChangePorts,
  asked: StartedExperiment,
  material: ResultMaterial,
  now: number,
): Promise<void> {
  const result = await ports.store.transaction(async (tx) => {
    const record = await tx.getExperiment(asked.project, asked.id);
    if (record === null || record.state !== "running" || !hasStarted(record) || record.body.paused !== null) return null;
    const last = (await tx.listBanditPeriods(record.id)).at(-1);
    if (last === undefined || now - Date.parse(last.from) < HOUR_MS) return null;
    const why = await whyNot(tx, record, last);
    if (why !== null) return await pause(tx, ports, record, why);
    const percent = nextPercent(record, material);
    if (percent === null || !isNews(percent, last.percent)) return null;
    const change = await carryOut(tx, ports, robotIn(record), {
      project: record.project,
      operations: [
        {
          kind: "set-split",
          flag: record.flag,
          environment: record.environment,
          rule: record.body.started.address,
          split: inItsSlots(record, percent),
        },
      ],
      reason: `${record.body.definition.name}: shares by the chance that each arm is best.`,
      source: SOURCE,
    });
    await tx.putBanditPeriod(record.id, { from: new Date(now).toISOString(), percent });
    return change;
  });
  if (result !== null) announce(ports, asked.project, result);
}

async function whyNot(tx: StoreTransaction, record: StartedExperiment, last: BanditPeriod): Promise<string | null> {
  const { project, environment, flag, body } = record;
  const place = (await tx.listEnvironments(project)).find(({ key }) => key === environment);
  if ((place?.requireReview ?? 0) > 0) return `${environment} takes review of every edit now, and weights change by the hour.`;
  const found = await tx.getFlag(project, flag);
  const config = found === null ? undefined : blockOf(found, environment)?.config;
  const serve = config === undefined ? undefined : serveAt(config, body.started.address);
  if (serve === undefined || !isSplit(serve)) return `${flag} has no split there any more.`;
  if (found?.file !== null) return `${flag} belongs to a file now, which says its shares.`;
  const live = liveShares(serve);
  const given = inItsSlots(record, last.percent);
  const isSame = Object.entries(given).every(([arm, percent]) => Math.abs((live.get(arm) ?? 0) - percent) < 1e-6);
  return isSame && live.size <= Object.keys(given).length
    ? null
    : "Somebody edited the split. Ship it, or end it and start another one.";
}

async function pause(tx: StoreTransaction, ports: ChangePorts, record: StartedExperiment, paused: string): Promise<null> {
  await tx.putExperiment({ ...record, body: { ...record.body, paused } });
  await auditExperiment(tx, ports, ROBOT, "experiment.pause", record, { why: paused });
  return null;
}

/** Null while there is nothing to go by. */
function nextPercent(
  { body }: StartedExperiment,
  { statistics, shares }: ResultMaterial,
): Readonly<Record<string, number>> | null {
  const { started, definition } = body;
  if (judgeSplit(statistics, shares).sampleRatio.isFlagged) return null;
  const arms = Object.keys(started.arms);
  const best = bestArms(statistics, placeMetrics(started.metrics), arms);
  return best === null ? null : weightsOf(best, definition.bandit);
}

/** Shape: percent with three decimals, 100 in all. */
export function weightsOf(
  best: Readonly<Record<string, number>>,
  bandit: ExperimentDefinition["bandit"],
): Readonly<Record<string, number>> {
  const arms = Object.keys(best);
  const weights = withFloor(Object.values(best), bandit?.floor ?? 0);
  const slots = shareSlots(Object.fromEntries(arms.map((arm, at) => [arm, 100 * (weights[at] as number)])), SLOTS);
  return Object.fromEntries([...slots].map(([arm, count]) => [arm, toPercent(count)]));
}

const isNews = (next: Readonly<Record<string, number>>, last: Readonly<Record<string, number>>): boolean =>
  Object.entries(next).some(([arm, percent]) => Math.abs(percent - (last[arm] ?? 0)) >= LEAST_POINTS);

/** Of all people of the rule: an experiment with slots of its own shares out those. */
function inItsSlots(
  { body: { reserved } }: StartedExperiment,
  percent: Readonly<Record<string, number>>,
): Record<string, number> {
  const slots = reserved === null ? SLOTS : reserved.to - reserved.from;
  return Object.fromEntries([...shareSlots(percent, slots)].map(([arm, count]) => [arm, toPercent(count)]));
}
