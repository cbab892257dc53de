/** What the planner says of an experiment before it starts: how many people it takes, and how many weeks that is. */

import { EXPERIMENT_ALPHA, type ExperimentDefinition, type ExperimentOutlook } from "@dimmer/protocol";
import { SLOTS } from "@dimmer/evaluation";
import {
  additionalUsers,
  type Arm,
  boundEffect,
  fixedRead,
  mergeJointMoments,
  type ReadRule,
  smallestRelative,
  usersNeeded,
} from "@dimmer/statistics";
import { serveAt } from "../flags/addresses.ts";
import { blockOf } from "../flags/project-state.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import type { ExperimentStatistics } from "../telemetry/experiment-question.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { withinBound } from "../telemetry/within-bound.ts";
import { armOf, mergeAll, NOBODY, placeMetrics, quantileArmOf } from "./analyse/experiment-arms.ts";
import { nounOf } from "./analyse/say-effect.ts";
import { askedOf, peopleIn } from "./ask-people.ts";
import { definitionsOf, requireLive } from "./experiments.ts";
import { freezeMetrics, isRatio } from "./metrics.ts";
import { planStart, reserveSlots } from "./plan-start.ts";
import { holdersOf } from "./exclusion-groups.ts";

const WEEK_DAYS = 7;
const FINDABLE_DAYS = [7, 14, 28, 56];

export interface OutlookPorts {
  readonly store: StoreReader;
  readonly telemetry: Pick<EventStore, "experiment">;
  readonly clock: () => number;
}

/**
 * Shape:  from what the last week told of the rule's people; what it did not tell is null, and an issue says so. Sizes are of all arms
 *         together, and days are whole weeks, as weekends are other days.
 * Errors: `ProblemError`: not-found, invalid-request, conflict as the start would have it, telemetry-unavailable.
 * Source: reference statistics 6; ADR-0065.
 */
export async function foreseeExperiment(
  ports: OutlookPorts,
  project: string,
  definition: ExperimentDefinition,
): Promise<ExperimentOutlook> {
  const flag = await requireLive(ports.store, project, definition.flag);
  const { arms, share } = await foreseeArms(ports.store, project, definition, flag);
  const metrics = freezeMetrics({ ...definition, guardrails: [], secondary: [] }, await definitionsOf(ports.store, project));
  const until = ports.clock();
  const since = until - WEEK_DAYS * DAY_MS;
  const place = { project, environment: definition.environment };
  const statistics = await withinBound(
    ports.telemetry.experiment(place, {
      since,
      until,
      flag: definition.flag,
      address: definition.rule,
      arms: Object.keys(flag.variants),
      baseline: definition.baseline,
      periods: [since],
      keepsMovers: true,
      ...askedOf(metrics),
    }),
  );
  const [primary] = placeMetrics(metrics);
  const weekly = peopleIn(statistics);
  const arm = primary === undefined ? undefined : baselineArm(statistics, definition.baseline, primary);
  const sizes = arm === undefined ? NO_SIZES : sizesOf(arm, definition, arms, weekly * share);
  const outlook = {
    traffic:
      weekly === 0
        ? null
        : {
            peoplePerDay: weekly / WEEK_DAYS,
            measuredFrom: new Date(since).toISOString(),
            measuredUntil: new Date(until).toISOString(),
          },
    baseline: arm === undefined ? null : { value: arm.estimate, deviation: Math.sqrt(arm.variance), people: arm.n },
    arms,
    share,
    ...sizes,
  };
  return { ...outlook, issues: issuesOf(definition, outlook), say: sayOutlook(definition, outlook) };
}

/** As the start would have it, on what is there now. */
async function foreseeArms(store: StoreReader, project: string, definition: ExperimentDefinition, flag: FlagRecord) {
  const config = blockOf(flag, definition.environment)?.config;
  const reserved = await foreseeSlots(store, project, definition);
  const holdouts = (await store.listHoldouts(project)).filter(({ environment }) => environment === definition.environment);
  const kept = holdouts.reduce((share, { slots }) => share * (1 - slots / SLOTS), 1);
  const share = kept * (reserved === null ? 1 : (reserved.to - reserved.from) / SLOTS);
  if (config === undefined || serveAt(config, definition.rule) === undefined) return { arms: definition.arms ?? {}, share };
  const { arms } = planStart({ id: "experiment_0", definition, reserved, holdouts: [], config });
  return { arms, share };
}

/** The slots that a start would take; null where the split has all people of the rule. */
export async function foreseeSlots(store: StoreReader, project: string, { group, share }: ExperimentDefinition) {
  if (group === null && share === null) return null;
  const found = (await store.listExclusionGroups(project)).find(({ id }) => id === group);
  const salt = found?.salt ?? "";
  const taken = holdersOf(await store.listExperiments(project), salt).flatMap(({ body }) => body.reserved ?? []);
  return { salt, ...reserveSlots(salt === "" ? [] : taken, share) };
}

/** Of the baseline; of everybody, where it was not served. */
function baselineArm(
  statistics: ExperimentStatistics,
  baseline: string,
  { metric, place }: ReturnType<typeof placeMetrics>[number],
): Arm | undefined {
  const { asked } = metric;
  if (!isRatio(asked)) {
    const [row] = statistics.quantiles;
    const rows = [baseline, ...(row === undefined ? [] : [row.variant])];
    return rows.map((variant) => quantileArmOf(statistics, variant, asked.quantile, place)).find((arm) => isUsable(arm));
  }
  const people = statistics.rows.filter(({ part }) => part.by === "period");
  const own = armOf(
    mergeAll(
      people.filter(({ variant }) => variant === baseline),
      place,
    ),
  );
  const all = armOf(mergeJointMoments(NOBODY, mergeAll(people, place)));
  return [own, all].find((arm) => isUsable(arm));
}

const isUsable = (arm: Arm | undefined): boolean => arm !== undefined && arm.variance > 0 && arm.estimate !== 0 && arm.n >= 2;

type Sizes = Pick<ExperimentOutlook, "people" | "peopleSequential" | "days" | "findable">;
const NO_SIZES: Sizes = { people: null, peopleSequential: null, days: null, findable: [] };

function sizesOf(
  { estimate, variance }: Arm,
  { plan, baseline }: ExperimentDefinition,
  arms: Readonly<Record<string, number>>,
  weekly: number,
): Sizes {
  const others = Object.entries(arms).filter(([variant]) => variant !== baseline);
  const least = Math.min(...others.map(([, percent]) => percent)) / 100;
  const control = (arms[baseline] ?? 0) / 100;
  const effect = plan.effect * Math.abs(estimate);
  const alpha = EXPERIMENT_ALPHA.fixed / others.length;
  const people = usersNeeded({ effect, variance, alpha, power: plan.power, shares: [control, least] });
  const standardError = (all: number) => Math.sqrt((variance / all) * (1 / control + 1 / least));
  const running = { estimate: effect, standardError: standardError(people), degrees: people, n: people * (control + least) };
  const more = additionalUsers(
    running,
    effect,
    plan.power,
    sequentialRead(EXPERIMENT_ALPHA.sequential / others.length, running.n),
  );
  const weeks = weekly === 0 ? null : Math.ceil(people / weekly);
  return {
    people,
    peopleSequential: more === undefined ? null : Math.ceil(people * (1 + more)),
    days: weeks === null ? null : weeks * WEEK_DAYS,
    findable: FINDABLE_DAYS.flatMap((days) => {
      const all = (weekly * days) / WEEK_DAYS;
      if (all < 2) return [];
      const seen = { control: control * all, treatment: least * all, mean: Math.abs(estimate), variance };
      const smallest = smallestRelative(seen, plan.power, fixedRead(alpha));
      return smallest === undefined ? [] : [{ days, people: Math.round(all), effect: smallest }];
    }),
  };
}

/** As wide as the interval that holds at any look. */
const sequentialRead =
  (alpha: number, tightestAt: number): ReadRule =>
  (standardError, users) => {
    const bounds = boundEffect({ estimate: 0, standardError, n: users }, { alpha, tightestAt });
    return { below: bounds?.low ?? Number.NEGATIVE_INFINITY, above: bounds?.high ?? Number.POSITIVE_INFINITY };
  };

type Numbers = Omit<ExperimentOutlook, "issues" | "say">;

function issuesOf(
  { plan, primary, flag }: ExperimentDefinition,
  { traffic, baseline, days }: Numbers,
): ExperimentOutlook["issues"] {
  const warn = (path: string, code: string, message: string, mend: string) => ({
    path,
    code,
    message,
    mend,
    severity: "warning" as const,
  });
  if (traffic === null)
    return [
      warn(
        "/rule",
        "no-traffic",
        `Nobody was given a variant of ${flag} here in the last week, or nobody told of it.`,
        "See that the app sends events, with the targeting key.",
      ),
    ];
  if (baseline === null)
    return [
      warn(
        "/primary",
        "metric-silent",
        `${nounOf(primary)} was not told of anybody here in the last week.`,
        "See that it is sent before you start: without it nothing can be planned.",
      ),
    ];
  if (days !== null && days > plan.maxDays)
    return [
      warn(
        "/plan/effect",
        "too-small",
        `It takes ${days} days to find that, and it ends after ${plan.maxDays}.`,
        "Look for a larger effect, let more people take part, or plan more days.",
      ),
    ];
  return [];
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function sayOutlook({ plan, primary }: ExperimentDefinition, { people, days, traffic }: Numbers): string {
  if (traffic === null || people === null || days === null)
    return `How long it takes cannot be said: the last week told nothing of ${nounOf(primary)} here.`;
  const weeks = days / WEEK_DAYS;
  return `To find ${Math.round(1_000 * plan.effect) / 10} % of ${nounOf(primary)} takes ${whole.format(people)} people, ${weeks === 1 ? "1 week" : `${weeks} weeks`} at this week's traffic.`;
}
