/** Who uses the demo's app: people with a plan, a region, a habit of saying what they think, and a time of day. */

export type Plan = "free" | "pro" | "enterprise";
export type Region = "us" | "eu" | "apac";

export interface Person {
  readonly id: string;
  readonly plan: Plan;
  readonly region: Region;
  /** Milliseconds this person waits for the first word before giving up. */
  readonly patienceMs: number;
  /** Share of answers on which this person presses a thumb. */
  readonly speaksUp: number;
  /** How many requests a visit has, at most. */
  readonly visitMax: number;
}

/** Shares of the population, in the order of the draw. */
const PLANS: readonly (readonly [Plan, number])[] = [
  ["free", 0.7],
  ["pro", 0.24],
  ["enterprise", 0.06],
];
const REGION_SHARES: readonly (readonly [Region, number])[] = [
  ["us", 0.5],
  ["eu", 0.35],
  ["apac", 0.15],
];
export const REGIONS: readonly Region[] = REGION_SHARES.map(([region]) => region);
/** When it is noon there, as a share of the day. */
const NOON: Readonly<Record<Region, number>> = { us: 0.75, eu: 0.5, apac: 0.2 };
/** What is left of the traffic in the dead of night. */
const NIGHT = 0.15;

/** The same people for the same draws. */
export function makePeople(count: number, random: () => number): readonly Person[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `person-${index + 1}`,
    plan: drawFrom(PLANS, random),
    region: drawFrom(REGION_SHARES, random),
    patienceMs: 2_500 + 6_000 * random(),
    // Most say nothing, ever; a few have a word for everything.
    speaksUp: random() < 0.6 ? 0 : 0.1 + 0.6 * random(),
    visitMax: 1 + Math.floor(6 * random() ** 2),
  }));
}

/** How busy a region is at a time of day, both from 0 to 1: one hump a day, highest at its noon. */
export function busyness(region: Region, timeOfDay: number): number {
  const sun = Math.cos(2 * Math.PI * (timeOfDay - NOON[region]));
  return NIGHT + (1 - NIGHT) * ((1 + sun) / 2) ** 2;
}

function drawFrom<T>(shares: readonly (readonly [T, number])[], random: () => number): T {
  let left = random();
  for (const [value, share] of shares) if ((left -= share) < 0) return value;
  return (shares.at(-1) as readonly [T, number])[0];
}
