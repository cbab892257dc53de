/** What telemetry knows of the uses of flags in one environment, and how far that can be trusted. */

import type { Place } from "../delivery/snapshot-hub.ts";
import { TELEMETRY_LIMITS } from "../telemetry/limits.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { DAY_MS, dayOf, MINUTE_MS, minuteOf } from "../telemetry/times.ts";

/** Shape: epoch milliseconds; `days` are the beginnings of those in which anything was counted, in order. */
export interface CountedUses {
  readonly days: readonly number[];
  /** Flag → when it was last asked for. */
  readonly lastUses: ReadonlyMap<string, number>;
  /** False where there are more flags than are read: one that is missing may have been asked for. */
  readonly isWhole: boolean;
}

/** How much has to be counted before silence means anything. */
export const COVERAGE = {
  /** The last day with anything on it is so near: over a weekend nobody may ask, but then somebody does. */
  heardWithinDays: 4,
  /** Of the days looked at, the share with anything on them: five of seven are more, an outage or a try is less. */
  minimumShare: 0.5,
} as const;

/** Everything that is kept: the last use of a flag may lie far back. */
export async function readCountedUses(store: TelemetryStore, place: Place, now: number): Promise<CountedUses> {
  const span = { since: now - TELEMETRY_LIMITS.hoursKeptMs, until: minuteOf(now) + MINUTE_MS };
  const [uses, days] = await Promise.all([store.uses(place, span), store.days(place, span)]);
  return {
    days,
    lastUses: new Map(uses.map(({ flag, lastAt }) => [flag, lastAt])),
    isWhole: uses.length < TELEMETRY_LIMITS.rows,
  };
}

/**
 * Why silence since then means nothing, in words.
 *
 * Shape:  undefined where it does mean something: evaluations were counted from `since` until lately, on enough days.
 */
export function doubtSilence(
  counted: CountedUses | undefined,
  environment: string,
  since: number,
  now: number,
): string | undefined {
  if (counted === undefined) return `what was counted in ${environment} cannot be read just now`;
  const { days, isWhole } = counted;
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return `no evaluation was ever counted in ${environment}`;
  if (dayOf(now) - last > COVERAGE.heardWithinDays * DAY_MS)
    return `no evaluation of any flag was counted in ${environment} since ${sayDay(last)}`;
  if (first > dayOf(since)) return `evaluations in ${environment} are counted only since ${sayDay(first)}`;
  const all = (dayOf(now) - dayOf(since)) / DAY_MS + 1;
  const heard = days.filter((day) => day >= dayOf(since)).length;
  if (heard < all * COVERAGE.minimumShare)
    return `evaluations in ${environment} were counted on only ${heard} of the last ${all} days`;
  return isWhole ? undefined : `more flags are asked for in ${environment} than are read at once`;
}

const sayDay = (day: number): string => new Date(day).toISOString().slice(0, 10);
