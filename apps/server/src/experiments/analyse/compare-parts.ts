/** Whether the primary metric's effect differs between parts of the people: new and returning, kinds of keys, days. */

import type { SegmentEffect, SegmentTest } from "@dimmer/protocol";
import { benjaminiHochberg, compareSegments, normalTest, ratioArm, pairOf } from "@dimmer/statistics";
import type { ExperimentStatistics, JointMoments, PeoplePart } from "../../telemetry/experiment-question.ts";
import { isRatio } from "../metrics.ts";
import { type AnalysedExperiment, LEAST_PEOPLE } from "./analysed-experiment.ts";
import { effectOn } from "./estimate-effect.ts";
import { mergeAll, type MetricPlace } from "./experiment-arms.ts";

const SEGMENTS = ["history", "source", "day"] as const;
const Q = 0.05;

/**
 * Shape:  one test for each segment and arm of which at least two parts have 100 people in both arms; a quantile has none. Parts are fixed
 *         beforehand and known before anybody meets an arm.
 * Errors: none.
 * Source: reference statistics 3.9.
 */
export function compareParts(
  { definition, start }: AnalysedExperiment,
  [primary]: readonly MetricPlace[],
  statistics: ExperimentStatistics,
): readonly SegmentTest[] {
  if (primary === undefined || !isRatio(primary.metric.asked)) return [];
  const treated = Object.keys(start.arms).filter((arm) => arm !== definition.baseline);
  const tests = SEGMENTS.flatMap((segment) =>
    treated.flatMap((variant) => {
      const test = testParts(statistics, primary, { segment, variant, baseline: definition.baseline });
      return test === undefined ? [] : [test];
    }),
  );
  const adjusted = benjaminiHochberg(tests.flatMap(({ parts }) => parts.map(({ p }) => p)));
  let next = 0;
  return tests.map((test) => ({
    ...test,
    parts: test.parts.map((part) => {
      const pAdjusted = adjusted[next++] as number;
      return { ...part, pAdjusted, isNotable: test.p < Q && pAdjusted < Q };
    }),
  }));
}

interface Compared {
  readonly segment: SegmentTest["segment"];
  readonly variant: string;
  readonly baseline: string;
}

function testParts(statistics: ExperimentStatistics, primary: MetricPlace, compared: Compared): SegmentTest | undefined {
  const { segment, variant, baseline } = compared;
  const found = [...new Set(statistics.rows.flatMap(({ part }) => partIn(segment, part) ?? []))].sort().flatMap((part) => {
    const arm = (of: string) =>
      mergeAll(
        statistics.rows.filter((row) => row.variant === of && partIn(segment, row.part) === part),
        primary.place,
      );
    return effectIn(part, arm(baseline), arm(variant)) ?? [];
  });
  const isLog = primary.metric.kind !== "share" && found.every(({ log }) => log !== undefined);
  const effects = found.flatMap(({ part, people, log, relative }) => {
    const effect = isLog ? log : relative;
    return effect === undefined ? [] : [{ part, people, effect }];
  });
  const together = compareSegments(
    effects.map(({ effect }) => ({ estimate: effect.estimate, variance: effect.standardError ** 2 })),
  );
  if (together === undefined) return undefined;
  const toParts = (value: number) => (isLog ? Math.expm1(value) : value);
  const parts = effects.map(({ part, people, effect }, at): SegmentEffect => ({
    segment,
    part,
    variant,
    people,
    effect: toParts(effect.estimate),
    shrunk: toParts(together.shrunk[at] as number),
    p: normalTest(effect, Q, "two-sided").p,
    pAdjusted: 1,
    isNotable: false,
  }));
  return { segment, variant, q: together.q, p: together.p, parts };
}

function effectIn(part: string, baseline: JointMoments, treated: JointMoments) {
  if (baseline.n < LEAST_PEOPLE || treated.n < LEAST_PEOPLE) return undefined;
  const arms = { baseline: ratioArm(pairOf(baseline, 0, 1)), treated: ratioArm(pairOf(treated, 0, 1)) };
  return { part, people: baseline.n + treated.n, log: effectOn(arms, "log"), relative: effectOn(arms, "relative") };
}

function partIn(segment: SegmentTest["segment"], part: PeoplePart): string | undefined {
  if (segment === "history") return part.by === "period" ? (part.hasHistory ? "returning" : "new") : undefined;
  if (segment === "source") return part.by === "source" ? part.source : undefined;
  return part.by === "day" ? new Date(part.day).toISOString().slice(0, 10) : undefined;
}
