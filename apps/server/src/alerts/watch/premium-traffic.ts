/** Unexpected premium traffic: a tier that gets more of what not everybody may have than it does at such an hour. */

import { addCalls, CALL_TEST, type CallEvidence, judgeCalls, NO_CALLS } from "@dimmer/statistics";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type { PremiumRow } from "../../telemetry/habit-store.ts";
import { DAY_MS, dayOf, HOUR_MS } from "../../telemetry/times.ts";
import type { RaisedAlert } from "../raise-alert.ts";

/** Hours of a week. */
const WEEK = 168;
/** How much of the time before is usual: four weeks. */
export const BASELINE_MS = 28 * DAY_MS;
/** Without a day of it nothing is usual, nor without so many evaluations. */
const BASELINE_HOURS = 24;
const BASELINE_EVALUATIONS = 1_000;
/** An hour of the week that saw fewer is taken to be as all hours. */
const HOUR_EVALUATIONS = 100;

export interface PremiumTraffic {
  readonly flag: string;
  /** Those that not everybody may have. */
  readonly variants: readonly string[];
  /** By hour and tier, since the flag was changed last and for four weeks at most. */
  readonly rows: readonly PremiumRow[];
}

/**
 * Tiers that got more premium answers today than they should.
 *
 * Shape:  a day of UTC is judged by itself, so that there is a false alert in a thousand days of a tier at most; a fifth more than usual
 *         is nobody's business. What was usual before the flag was changed counts no more.
 * Errors: none; where too little is known nothing is said.
 * Source: reference statistics 5.2; ADR-0063.
 */
export function findPremium(place: Place, { flag, variants, rows }: PremiumTraffic, now: number): readonly RaisedAlert[] {
  const today = dayOf(now);
  const before = rows.filter(({ at }) => at < today);
  const all = hoursOf(before);
  if (all.size < BASELINE_HOURS || sum(all.values()) < BASELINE_EVALUATIONS) return [];
  const current = hoursOf(rows.filter(({ at }) => at >= today));
  return [...new Set(rows.map(({ tier }) => tier))].flatMap((tier) => {
    const usual = usualOf(before, all, tier);
    const dispersion = dispersionOf(premiumOf(before, tier), all, usual);
    const test = { ...CALL_TEST, dispersion };
    const premium = premiumOf(rows, tier);
    const evidence = [...current]
      .sort(([one], [other]) => one - other)
      .reduce<CallEvidence>(
        (sofar, [at, evaluations]) => addCalls(sofar, { calls: premium.get(at) ?? 0, usual: usual(at) * evaluations }, test),
        NO_CALLS,
      );
    if (!judgeCalls(evidence, test).isAlert) return [];
    return [alertOf(place, { flag, variants, tier }, { ...evidence, dispersion })];
  });
}

/** Evaluations of the whole flag, by hour. */
function hoursOf(rows: readonly PremiumRow[]): ReadonlyMap<number, number> {
  const hours = new Map<number, number>();
  for (const { at, evaluations } of rows) hours.set(at, (hours.get(at) ?? 0) + evaluations);
  return hours;
}

const premiumOf = (rows: readonly PremiumRow[], tier: string): ReadonlyMap<number, number> =>
  new Map(rows.filter((row) => row.tier === tier).map(({ at, premium }) => [at, premium]));

const hourOfWeek = (at: number): number => Math.floor(at / HOUR_MS) % WEEK;

/** The share of all evaluations that are premium ones of the tier, by the hour of the week where that is known. */
function usualOf(before: readonly PremiumRow[], all: ReadonlyMap<number, number>, tier: string): (at: number) => number {
  const premium = premiumOf(before, tier);
  const byHour = new Map<number, { premium: number; evaluations: number }>();
  for (const [at, evaluations] of all) {
    const hour = byHour.get(hourOfWeek(at)) ?? { premium: 0, evaluations: 0 };
    byHour.set(hourOfWeek(at), {
      premium: hour.premium + (premium.get(at) ?? 0),
      evaluations: hour.evaluations + evaluations,
    });
  }
  const whole = sum(premium.values()) / sum(all.values());
  return (at) => {
    const hour = byHour.get(hourOfWeek(at));
    // At least the whole, as an hour of few weeks knows its own share only roughly.
    return hour === undefined || hour.evaluations < HOUR_EVALUATIONS ? whole : Math.max(whole, hour.premium / hour.evaluations);
  };
}

/** Variance over mean of the hours before, against what is usual: people come in clusters. */
function dispersionOf(
  premium: ReadonlyMap<number, number>,
  all: ReadonlyMap<number, number>,
  usual: (at: number) => number,
): number {
  const terms = [...all].flatMap(([at, evaluations]) => {
    const expected = usual(at) * evaluations;
    return expected < 1 ? [] : [((premium.get(at) ?? 0) - expected) ** 2 / expected];
  });
  return terms.length === 0 ? 1 : Math.max(1, sum(terms) / terms.length);
}

interface Tier {
  readonly flag: string;
  readonly variants: readonly string[];
  readonly tier: string;
}

function alertOf(
  { project, environment }: Place,
  { flag, variants, tier }: Tier,
  { calls, expected, dispersion }: CallEvidence & { readonly dispersion: number },
): RaisedAlert {
  const what = variants.join(" or ");
  const usual = expected / CALL_TEST.toleratedRatio;
  return {
    project,
    key: `premium-traffic/${environment}/${flag}/${tier}`,
    kind: "premium-traffic",
    severity: "warn",
    environment,
    flag,
    ...(variants.length === 1 && variants[0] !== undefined ? { variant: variants[0] } : {}),
    title: `${tier} of ${flag} gets more of ${what} than usual`,
    cause: `Today ${tier} of ${flag} got ${what} ${calls} times in ${environment}, where about ${Math.round(usual)} were usual for these hours and this traffic. Either more people are in that tier, or the app tells a tier that they do not have.`,
    evidence: { calls, usual: Math.round(usual), tolerated: CALL_TEST.toleratedRatio, dispersion, tier, variants },
    action: {
      kind: "page",
      label: `Look at who gets ${what} in ${environment}`,
      path: `/projects/${encodeURIComponent(project)}/flags/${encodeURIComponent(flag)}?env=${encodeURIComponent(environment)}`,
    },
  };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
