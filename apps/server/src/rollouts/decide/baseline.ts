/** What was measured of the others before the start, and frozen: thresholds that move with what they judge would judge nothing. */

export interface Baseline {
  /** Epoch milliseconds: a day before `until`, or when the first of that day was seen. */
  readonly from: number;
  readonly until: number;
  /** In the order of the plan's guardrails. */
  readonly guardrails: readonly GuardrailBaseline[];
  /** What was seen at the address in each hour of the day, in UTC, both arms together; all 0 where nothing was. */
  readonly hours: readonly number[];
  /** What thumbs are for: runs that ended, or first calls where the app tells of no runs. */
  readonly unit: "run" | "generation";
  /** Names of the models that answered. */
  readonly models: readonly string[];
}

export interface GuardrailBaseline {
  /** A latency in milliseconds or a cost in micro-dollars; null where the metric has none. */
  readonly threshold: number | null;
  /** By how much requests of one person are alike; 1 where they are independent, or nothing is known. */
  readonly designEffect: number;
  /** Events by exposures of the others, of a rate; null where nothing was seen. */
  readonly rate: number | null;
  /** Standard deviation of a person by the mean, of a mean; null where nothing was seen. */
  readonly spread: number | null;
  /** The events of a metric or score, and whether they are by themselves or by the person; null for what Dimmer measures itself. */
  readonly told: { readonly event: string; readonly per: "events" | "person" } | null;
  /** Whether less is worse, as of a score. */
  readonly isLessWorse: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * How much is to be expected at this time of day.
 *
 * Shape:  exposures a millisecond, both arms together; 0 where nothing is known.
 */
export function expectedPerMs({ hours }: Baseline, at: number): number {
  const hour = Math.floor(at / HOUR_MS) % 24;
  return (hours[(hour + 24) % 24] ?? 0) / HOUR_MS;
}

/** The time that it was measured in. */
export const secondsOf = ({ from, until }: Pick<Baseline, "from" | "until">): number => (until - from) / 1_000;

/** The hour of the day, in UTC, in which most is seen; undefined where nothing is known. */
export function busiestHour({ hours }: Baseline): number | undefined {
  const most = Math.max(0, ...hours);
  return most > 0 ? hours.indexOf(most) : undefined;
}
