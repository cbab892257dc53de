/** How far back measures are shown, and which part of the calls a time is of. */

export const USUAL_HOURS = 24;

export const RANGES = [
  { hours: 1, label: "1 hour" },
  { hours: USUAL_HOURS, label: "1 day" },
  { hours: 7 * 24, label: "7 days" },
  { hours: 30 * 24, label: "30 days" },
] as const;

/** Only what is offered; an address that says anything else shows the usual. */
export const readHours = (given: unknown): number | undefined =>
  RANGES.find(({ hours }) => hours === Number(given) && hours !== USUAL_HOURS)?.hours;

/** Of the calls that did not fail, how many of a hundred took no longer. */
export const PERCENTILES = [50, 95, 99] as const;
export type Percentile = (typeof PERCENTILES)[number];
export const USUAL_PERCENTILE: Percentile = 95;

export const sayPercentile = (percentile: Percentile): string => (percentile === 50 ? "Half" : `${percentile} %`);

/** The same for the time that is plotted. */
export const readPercentile = (given: unknown): Percentile | undefined =>
  PERCENTILES.find((percentile) => percentile === Number(given) && percentile !== USUAL_PERCENTILE);
