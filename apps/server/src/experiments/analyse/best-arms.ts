/** The chance that each arm of a bandit is the best one, period by period so that weights that changed spoil nothing. */

import { mergeJointMoments, type NormalBelief, probabilityBest } from "@dimmer/statistics";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import { isRatio } from "../metrics.ts";
import { LEAST_PEOPLE } from "./analysed-experiment.ts";
import { armOf, everybody, type MetricPlace, peopleOf, quantileArmOf } from "./experiment-arms.ts";

/**
 * Shape:  arm → chance, together 1; null until each arm has 100 people and a spread.
 * Errors: none.
 * Source: reference statistics 7.
 */
export function bestArms(
  statistics: ExperimentStatistics,
  [primary]: readonly MetricPlace[],
  arms: readonly string[],
): Readonly<Record<string, number>> | null {
  if (primary === undefined) return null;
  const beliefs = arms.map((arm) => believe(statistics, primary, arm));
  if (!beliefs.every((belief): belief is NormalBelief => belief !== undefined)) return null;
  const sign = primary.metric.direction === "up" ? 1 : -1;
  const chances = probabilityBest(beliefs.map(({ mean, standardDeviation }) => ({ mean: sign * mean, standardDeviation })));
  return Object.fromEntries(arms.map((arm, at) => [arm, chances[at] as number]));
}

/** An arm's level, each period weighing as all people that came in it: an arm that was small on a bad day had as bad a day. */
function believe(statistics: ExperimentStatistics, { metric, place }: MetricPlace, arm: string): NormalBelief | undefined {
  const people = statistics.rows.filter(({ variant, part }) => variant === arm && part.by === "period");
  if (people.reduce((sum, row) => sum + row.people, 0) < LEAST_PEOPLE) return undefined;
  const periods = isRatio(metric.asked)
    ? mergedPeriods(statistics).map(({ periods: of, people: weight }) => {
        const merged = of.map((period) => everybody(peopleOf(statistics, arm, period, place)));
        return { arm: armOf(merged.reduce(mergeJointMoments)), weight };
      })
    : [{ arm: quantileArmOf(statistics, arm, metric.asked.quantile, place), weight: 1 }];
  const total = periods.reduce((sum, { weight }) => sum + weight, 0);
  let mean = 0;
  let variance = 0;
  for (const { arm: read, weight } of periods) {
    if (read === undefined) return undefined;
    mean += (weight / total) * read.estimate;
    variance += (weight / total) ** 2 * (read.variance / read.n);
  }
  return variance > 0 ? { mean, standardDeviation: Math.sqrt(variance) } : undefined;
}

/** People of every arm that a period needs to be looked at by itself. */
const LEAST_OF_PERIOD = 20;

/** Periods that follow each other, taken together until each has enough of every arm; what is left goes to the last. */
function mergedPeriods({
  rows,
  periods,
}: ExperimentStatistics): readonly { readonly periods: readonly number[]; readonly people: number }[] {
  const arms = [...new Set(rows.map(({ variant }) => variant))];
  const counts = periods.map((_, period) =>
    arms.map((arm) =>
      rows.reduce(
        (sum, { variant, part, people }) =>
          variant === arm && part.by === "period" && part.period === period ? sum + people : sum,
        0,
      ),
    ),
  );
  const merged: { periods: number[]; counts: number[] }[] = [];
  let open = { periods: [] as number[], counts: arms.map(() => 0) };
  for (const [period, of] of counts.entries()) {
    open = { periods: [...open.periods, period], counts: open.counts.map((count, at) => count + (of[at] as number)) };
    if (open.counts.every((count) => count >= LEAST_OF_PERIOD)) {
      merged.push(open);
      open = { periods: [], counts: arms.map(() => 0) };
    }
  }
  const last = merged.pop() ?? { periods: [], counts: arms.map(() => 0) };
  merged.push({
    periods: [...last.periods, ...open.periods],
    counts: last.counts.map((count, at) => count + (open.counts[at] as number)),
  });
  return merged.map(({ periods: of, counts: all }) => ({ periods: of, people: all.reduce((sum, count) => sum + count, 0) }));
}
