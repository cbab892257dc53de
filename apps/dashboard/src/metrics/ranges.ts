/** How far back measures are shown. */

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
