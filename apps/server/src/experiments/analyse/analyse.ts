/** What an experiment's people say: effects, whether they can be trusted, a verdict, and words for it. */

import type { ArmEffect, ExperimentResult, ExperimentVerdict } from "@dimmer/protocol";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import { DAY_MS } from "../../telemetry/times.ts";
import { type AnalysedExperiment, historyUse } from "./analysed-experiment.ts";
import { bestArms } from "./best-arms.ts";
import { judgeArms } from "./judge-arms.ts";
import { judgeSplit, sayMismatch } from "./judge-split.ts";
import { compareParts } from "./compare-parts.ts";
import { peoplePerDay } from "./people-per-day.ts";
import { placeMetrics } from "./experiment-arms.ts";
import { decideVerdict } from "./decide-verdict.ts";
import { sayVerdict } from "./say-verdict.ts";

/** People who met two arms: from so many, and from that share of all on, something is wrong. */
const MANY_MOVERS = { people: 10, share: 0.01 };

/**
 * Analyses an experiment.
 *
 * Shape:  pure: the same of the same, so that a kept result can be reckoned again from what was kept with it. `planned` are the statistics
 *         of the planned read, kept from then on; null before it. They are those of now at the read itself.
 * Errors: none.
 * Source: reference statistics 3; ADR-0065.
 */
export function analyse(
  experiment: AnalysedExperiment,
  statistics: ExperimentStatistics,
  planned: ExperimentStatistics | null,
  now: number,
): ExperimentResult {
  const { definition, start, kept, edits } = experiment;
  const places = placeMetrics(start.metrics);
  const split = judgeSplit(statistics, experiment.shares);
  const effects = definition.bandit === null ? judgeArms(experiment, places, statistics, planned) : [];
  const best = definition.bandit === null ? null : bestArms(statistics, places, Object.keys(start.arms));
  const total = split.people.reduce((sum, { people }) => sum + people, 0);
  const movers = moversOf(statistics.movers, total);
  const progress = { total, people: start.people, daysLeft: daysLeft(experiment, split.people, statistics, now) };
  const verdict = decideVerdict(experiment, { split, effects, isPlanned: planned !== null });
  return {
    asOf: textOf(now),
    from: textOf(statistics.since),
    until: textOf(statistics.until),
    kept,
    verdict: verdict.verdict,
    ship: verdict.ship,
    ...sayVerdict(experiment, { ...verdict, split, effects, best, ...progress }),
    people: split.people,
    planned: { people: start.people, days: start.days },
    daysLeft: progress.daysLeft,
    dropped: movers,
    sampleRatio: split.sampleRatio,
    effects,
    segments: definition.bandit === null ? compareParts(experiment, places, statistics) : [],
    days: peoplePerDay(statistics, places),
    remarks: [...edits, ...remarksOf(experiment, statistics, { verdict: verdict.verdict, movers, effects, split })],
    weights: definition.bandit === null ? [] : experiment.shares,
    best,
  };
}

function moversOf(people: number, total: number): ExperimentResult["dropped"] {
  const share = people === 0 ? 0 : people / (people + total);
  return { people, share, isWarning: people >= MANY_MOVERS.people && share >= MANY_MOVERS.share };
}

/** At the pace so far; null where nothing is planned or nobody has come. */
function daysLeft(
  { start, endedAt, definition }: AnalysedExperiment,
  people: ExperimentResult["people"],
  { since, until }: ExperimentStatistics,
  now: number,
): number | null {
  if (endedAt !== null) return 0;
  const most = Math.max(0, Math.ceil((start.at + definition.plan.maxDays * DAY_MS - now) / DAY_MS));
  const total = people.reduce((sum, one) => sum + one.people, 0);
  if (start.people === null || total === 0) return most;
  const perDay = total / Math.max(1 / 24, (until - since) / DAY_MS);
  return Math.min(most, Math.max(0, Math.ceil((start.people - total) / perDay)));
}

function remarksOf(
  { start, definition }: AnalysedExperiment,
  statistics: ExperimentStatistics,
  found: {
    readonly verdict: ExperimentVerdict;
    readonly movers: ExperimentResult["dropped"];
    readonly effects: readonly ArmEffect[];
    readonly split: ReturnType<typeof judgeSplit>;
  },
): ExperimentResult["remarks"] {
  const { movers, split } = found;
  const says: string[] = [];
  if (movers.isWarning)
    says.push(
      `${movers.people} people met two arms and are left out, ${percent(movers.share)} of all: look for edits of the split, or for apps that name people differently.`,
    );
  if (!split.sampleRatio.isFlagged)
    for (const { source, shares, planned } of split.sources)
      says.push(`${sayMismatch({ shares, planned })} among those seen by ${source} keys: do not read that part.`);
  if (!historyUse(statistics).isClean)
    says.push(
      "In the week before, people met another variant than the baseline: what they did then was not used to narrow the intervals.",
    );
  const usesCost = start.metrics.some(({ metric }) => metric === "cost" || metric === "cost_per_run");
  if (usesCost && statistics.unpriced > 0)
    says.push(`${statistics.unpriced} calls have no price and count as nothing: set prices before you compare cost.`);
  const share = (part: string) => start.arms[part] ?? 0;
  if (definition.bandit === null && Object.keys(start.arms).some((arm) => share(arm) < 5))
    says.push("An arm has less than 5 % of the people: it decides late.");
  return says.map((say) => ({ at: null, say }));
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const textOf = (at: number): string => new Date(at).toISOString();
