/** What a variant was like: its rates and means, and by how much hours of the week differ, as far as that can be told from noise. */

import type { SeriesBaseline } from "../storage/drift-record.ts";

/** What one hour had. Shape: `sum` of a rate counts events. */
export interface HourCount {
  readonly at: number;
  readonly events: number;
  readonly sum: number;
}

const HOUR_MS = 3_600_000;
const HOURS = 24;
export const HOUR_GROUPS = 2 * HOURS;
/** Hours with events that a mean is taken from at least: its spread is that of their means. */
const LEAST_HOURS = 48;
/** A mean needs a tenth of the events that a rate does. */
const MEAN_EVENTS = 0.1;
/** Differences within groups that a design effect is taken from at least. */
const LEAST_DIFFERENCES = 24;
/** One-sided 95 %. */
const Z = 1.645;
/** The margin that the detector adds to a rate. */
const MARGIN = 1.1;

/** The hour of a weekday, or of a weekend, of UTC: a week has each several times, so that chance can be told from habit. */
export function hourGroupOf(at: number): number {
  const hours = Math.floor(at / HOUR_MS);
  // The epoch was a Thursday.
  const day = (Math.floor(hours / HOURS) + 4) % 7;
  return (hours % HOURS) + (day === 0 || day === 6 ? HOURS : 0);
}

/** What is expected of an hour. Shape: a rate, or a mean. */
export const expectedAt = ({ byHour, value }: SeriesBaseline, at: number): number => byHour[hourGroupOf(at)] ?? value;

/**
 * Freezes a rate.
 *
 * Shape:  null where there were too few events. Each group of hours has its own rate, drawn towards that of all by as much as chance alone
 *         would have set them apart. A rate that few events stand for is taken a little higher, up to its upper bound at 95 %, so that the
 *         detector's margin covers what the reference does not know.
 * Errors: none.
 * Source: reference statistics 4 and 2.5; DerSimonian and Laird for the variance between groups; ADR-0066.
 */
export function freezeRate(hours: readonly HourCount[], leastEvents: number): SeriesBaseline | null {
  const events = sumOf(hours, ({ events: n }) => n);
  const happened = sumOf(hours, ({ sum }) => sum);
  if (events < leastEvents || happened >= events) return null;
  const value = happened / events;
  const designEffect = designEffectOf(hours, value);
  const groups = groupsOf(hours);
  const { byGroup, hourWeight } = shrink(groups, value, value * (1 - value) * designEffect);
  const upper = upperRate(value, events / designEffect);
  const higher = value === 0 ? 0 : Math.max(1, upper / (MARGIN * value));
  const byHour = byGroup.map((rate) => Math.min(0.99, value === 0 ? upper / MARGIN : Math.max(rate, value / HOURS) * higher));
  const eventsAnHour = events / Math.max(1, hours.length);
  return { kind: "rate", events, value, byHour, hourWeight, designEffect, standardDeviation: null, eventsAnHour };
}

/** Freezes a mean. Shape: null where there were too few events or hours, or no spread. */
export function freezeMean(hours: readonly HourCount[], leastEvents: number): SeriesBaseline | null {
  const some = hours.filter(({ events }) => events > 0);
  const events = sumOf(some, ({ events: n }) => n);
  if (some.length < LEAST_HOURS || events < leastEvents * MEAN_EVENTS) return null;
  const value = sumOf(some, ({ sum }) => sum) / events;
  const eventsAnHour = events / some.length;
  const groups = groupsOf(some);
  const used = groups.filter((group) => group.events > 0).length;
  const squares = sumOf(some, (hour) => {
    const group = groups[hourGroupOf(hour.at)] as Group;
    return (hour.sum / hour.events - group.sum / group.events) ** 2 * (hour.events / eventsAnHour);
  });
  const variance = squares / Math.max(1, some.length - used);
  if (!(variance > 0)) return null;
  const { byGroup, hourWeight } = shrink(groups, value, variance * eventsAnHour);
  const standardDeviation = Math.sqrt(variance);
  return { kind: "mean", events, value, byHour: byGroup, hourWeight, designEffect: 1, standardDeviation, eventsAnHour };
}

interface Group {
  readonly events: number;
  readonly sum: number;
}

function groupsOf(hours: readonly HourCount[]): readonly Group[] {
  const groups = Array.from({ length: HOUR_GROUPS }, () => ({ events: 0, sum: 0 }));
  for (const { at, events, sum } of hours) {
    const group = groups[hourGroupOf(at)] as { events: number; sum: number };
    group.events += events;
    group.sum += sum;
  }
  return groups;
}

/** Draws each group towards the whole; `variance` is that of one event. */
function shrink(groups: readonly Group[], value: number, variance: number): { byGroup: readonly number[]; hourWeight: number } {
  const used = groups.filter(({ events }) => events > 0);
  const total = sumOf(used, ({ events }) => events);
  const spread = total - sumOf(used, ({ events }) => events ** 2) / total;
  const distance = sumOf(used, ({ events, sum }) => events * (sum / events - value) ** 2);
  const between = spread > 0 ? Math.max(0, (distance - (used.length - 1) * variance) / spread) : 0;
  const weightOf = ({ events }: Group): number => (events > 0 && between > 0 ? between / (between + variance / events) : 0);
  const byGroup = groups.map((group) => {
    const weight = weightOf(group);
    return weight === 0 ? value : value + weight * (group.sum / group.events - value);
  });
  return { byGroup, hourWeight: sumOf(used, (group) => weightOf(group) * (group.events / total)) };
}

/** By how much more than by chance hours of one group differ: requests of one user, or of one incident, are not independent. */
function designEffectOf(hours: readonly HourCount[], value: number): number {
  const groups = groupsOf(hours);
  const some = hours.filter(({ events }) => events > 0);
  const differences = some.length - groups.filter(({ events }) => events > 0).length;
  if (value <= 0 || differences < LEAST_DIFFERENCES) return 1;
  const chi = sumOf(some, ({ at, events, sum }) => {
    const group = groups[hourGroupOf(at)] as Group;
    return (sum - (events * group.sum) / group.events) ** 2 / (events * value * (1 - value));
  });
  return Math.max(1, chi / differences);
}

/** Wilson's. */
function upperRate(value: number, events: number): number {
  const z = Z ** 2 / events;
  return (value + z / 2 + Z * Math.sqrt((value * (1 - value)) / events + z / (4 * events))) / (1 + z);
}

const sumOf = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((sum, one) => sum + of(one), 0);
