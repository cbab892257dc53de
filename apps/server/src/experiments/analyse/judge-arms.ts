/** Every arm beside the baseline, on every metric, with what may be claimed of all of them together. */

import type { ArmEffect, Interval } from "@dimmer/protocol";
import { EXPERIMENT_ALPHA } from "@dimmer/protocol";
import { type Effect, type HybridAlpha, holm, posteriorOf, type Read, USUAL_PRIOR } from "@dimmer/statistics";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import type { FrozenMetric } from "../../storage/experiment-record.ts";
import { type AnalysedExperiment, historyUse } from "./analysed-experiment.ts";
import { type EffectRead, estimateEffects, type EstimatedEffects, readEffect } from "./estimate-effect.ts";
import type { MetricPlace } from "./experiment-arms.ts";
import { sayEffect } from "./say-effect.ts";

/** The share of errors that all is held to. */
const ALPHA = EXPERIMENT_ALPHA.sequential + EXPERIMENT_ALPHA.fixed;
/** Users of both arms that intervals are tightest at where no size is planned; what gbstats takes. */
const TIGHTEST_AT = 5_000;

type Unsaid = Omit<ArmEffect, "pAdjusted" | "isSignificant" | "reading" | "say">;

/**
 * Shape:  by metric in the plan's order, then by arm. The primary metric has all of α, shared by its arms; guardrails share theirs; of the
 *         others Holm says what stands.
 * Errors: none.
 * Source: reference statistics 3.6 to 3.8; ADR-0065.
 */
export function judgeArms(
  experiment: AnalysedExperiment,
  places: readonly MetricPlace[],
  statistics: ExperimentStatistics,
  planned: ExperimentStatistics | null,
): readonly ArmEffect[] {
  const { baseline } = experiment.definition;
  const treated = Object.keys(experiment.start.arms).filter((arm) => arm !== baseline);
  const guardrails = places.filter(({ metric }) => metric.role === "guardrail").length;
  const effects = places.flatMap((at) =>
    treated.map((variant) => {
      const shared = treated.length * (at.metric.role === "guardrail" ? guardrails : 1);
      const alpha = at.metric.role === "secondary" ? EXPERIMENT_ALPHA : over(EXPERIMENT_ALPHA, shared);
      return judgeArm(experiment, at, { variant, alpha, statistics, planned });
    }),
  );
  return decideTogether(effects, treated.length);
}

const over = ({ sequential, fixed }: HybridAlpha, tests: number): HybridAlpha => ({
  sequential: sequential / tests,
  fixed: fixed / tests,
});

interface ArmReading {
  readonly variant: string;
  readonly alpha: HybridAlpha;
  readonly statistics: ExperimentStatistics;
  readonly planned: ExperimentStatistics | null;
}

function judgeArm(experiment: AnalysedExperiment, at: MetricPlace, { variant, alpha, statistics, planned }: ArmReading): Unsaid {
  const { metric } = at;
  const { baseline } = experiment.definition;
  const variants = { baseline, treated: variant };
  const estimate = (of: ExperimentStatistics) => estimateEffects(of, at, variants, { usesHistory: historyUse(of).isClean });
  const now = estimate(statistics);
  const then = planned === null ? undefined : estimate(planned);
  const rule = { alpha, tightestAt: tightestAt(experiment, variants) };
  const absolute = readEffect(now?.absolute, then?.absolute, rule);
  const relative = readEffect(now?.relative?.effect, sameScale(now, then), rule);
  const isLog = now?.relative?.scale === "log";
  const decides = isLog ? relative : absolute;
  const toParts = (value: number) => (isLog ? Math.expm1(value) : value);
  return {
    variant,
    metric: metric.metric,
    role: metric.role,
    kind: metric.kind,
    direction: metric.direction,
    value: now?.value ?? null,
    baselineValue: now?.baselineValue ?? null,
    effect: now?.relative === undefined ? null : toParts(now.relative.effect.estimate),
    sequential: intervalOf(relative?.sequential, toParts),
    fixed: intervalOf(relative?.fixed, toParts),
    difference:
      now?.absolute === undefined || absolute === undefined
        ? null
        : { value: now.absolute.estimate, interval: intervalOf(absolute.both) as Interval },
    p: decides?.both.p ?? null,
    guardrail: metric.tolerance === null ? null : judgeGuardrail(metric, decides, isLog, now),
    cuped: now === undefined || now.explained === null ? null : { explained: now.explained },
    bayes: bayesOf(metric, now),
  };
}

/** Both reads of one interval: where the scale has changed since, the planned one says nothing. */
const sameScale = (now: EstimatedEffects | undefined, then: EstimatedEffects | undefined): Effect | undefined =>
  now?.relative?.scale === then?.relative?.scale ? then?.relative?.effect : undefined;

function tightestAt({ start }: AnalysedExperiment, { baseline, treated }: { baseline: string; treated: string }): number {
  if (start.people === null) return TIGHTEST_AT;
  const share = ((start.arms[baseline] ?? 0) + (start.arms[treated] ?? 0)) / 100;
  return Math.max(LEAST_TIGHT, start.people * share);
}
const LEAST_TIGHT = 200;

function intervalOf(read: Pick<Read, "low" | "high"> | undefined, convert = (value: number) => value): Interval | null {
  if (read === undefined) return null;
  const end = (value: number) => (Number.isFinite(value) ? convert(value) : null);
  return { lower: end(read.low), upper: end(read.high) };
}

/** The side that is bad counts: whether all of it is within what is tolerated, or none. */
function judgeGuardrail(
  { kind, direction, tolerance }: FrozenMetric,
  read: EffectRead | undefined,
  isLog: boolean,
  now: EstimatedEffects | undefined,
): ArmEffect["guardrail"] {
  if (read === undefined || now === undefined) return "open";
  const parts = tolerance as number;
  const { low, high } = read.both;
  const [least, most] = direction === "down" ? [low, high] : [-high, -low];
  const fine = isLog
    ? direction === "down"
      ? Math.log1p(parts)
      : -Math.log1p(-parts)
    : kind === "share"
      ? parts
      : parts * Math.abs(now.baselineValue);
  return most <= fine ? "held" : least > fine ? "crossed" : "open";
}

/** On the relative effect, of which there is something to believe beforehand. */
function bayesOf({ direction }: FrozenMetric, now: EstimatedEffects | undefined): ArmEffect["bayes"] {
  if (now?.relative === undefined) return null;
  const { estimate, standardError } = now.relative.effect;
  const sign = direction === "up" ? 1 : -1;
  const believed = posteriorOf({ ...now.relative.effect, estimate: sign * estimate, standardError }, USUAL_PRIOR, ALPHA);
  const [low, high] = sign === 1 ? [believed.low, believed.high] : [-believed.high, -believed.low];
  const toParts = (value: number) => (now.relative?.scale === "log" ? Math.expm1(value) : value);
  return {
    chanceBetter: believed.chanceToWin,
    riskIfShipped: believed.risk.ship,
    interval: { lower: toParts(low), upper: toParts(high) },
  };
}

function decideTogether(effects: readonly Unsaid[], arms: number): readonly ArmEffect[] {
  const secondary = effects.filter(({ role }) => role === "secondary");
  const adjusted = holm(secondary.map(({ p }) => p ?? 1));
  return effects.map((effect) => {
    const pAdjusted = effect.role === "secondary" && effect.p !== null ? (adjusted[secondary.indexOf(effect)] as number) : null;
    const p = effect.role === "primary" ? Math.min(1, (effect.p ?? 1) * arms) : (pAdjusted ?? effect.p ?? 1);
    const isSignificant = p <= ALPHA;
    const rise = effect.difference?.value ?? 0;
    const isGood = effect.direction === "up" ? rise > 0 : rise < 0;
    const said = {
      ...effect,
      pAdjusted,
      isSignificant,
      reading: !isSignificant ? "unclear" : isGood ? "better" : "worse",
    } as const;
    return { ...said, say: sayEffect(said) };
  });
}
