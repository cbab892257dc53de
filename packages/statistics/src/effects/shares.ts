/** Shares of users where the normal approximation is off: few events, or none. */

import { incompleteBetaInverse } from "../special/incomplete-beta.ts";
import { normalQuantile } from "../special/normal.ts";

/** Users, and those of them with the event. */
export interface ShareCounts {
  readonly n: number;
  readonly events: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's interval of one share.
 *
 * Shape:  two-sided at `alpha`; of no users everything is possible.
 * Errors: none.
 * Source: E. B. Wilson, Probable inference (1927).
 */
export function wilsonInterval({ n, events }: ShareCounts, alpha: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile(1 - alpha / 2);
  const share = events / n;
  const middle = share + (z * z) / (2 * n);
  const radius = z * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  const scale = 1 + (z * z) / n;
  return { low: Math.max(0, (middle - radius) / scale), high: Math.min(1, (middle + radius) / scale) };
}

/**
 * The difference of two shares, treatment − control: an interval also where an arm has no event, of which Welch's would have no width.
 *
 * Shape:  two-sided at `alpha`.
 * Errors: none.
 * Source: R. G. Newcombe, Interval estimation for the difference between independent proportions (1998), method 10.
 */
export function newcombeInterval(control: ShareCounts, treatment: ShareCounts, alpha: number): Interval {
  const [before, after] = [wilsonInterval(control, alpha), wilsonInterval(treatment, alpha)];
  const [shareBefore, shareAfter] = [shareOf(control, before), shareOf(treatment, after)];
  const difference = shareAfter - shareBefore;
  return {
    low: difference - Math.hypot(shareAfter - after.low, before.high - shareBefore),
    high: difference + Math.hypot(after.high - shareAfter, shareBefore - before.low),
  };
}

const shareOf = ({ n, events }: ShareCounts, { low, high }: Interval): number => (n === 0 ? (low + high) / 2 : events / n);

/** The exact lower bound of one share, one-sided at `alpha`. Source: Clopper & Pearson 1934. */
export const clopperPearsonLow = ({ n, events }: ShareCounts, alpha: number): number =>
  events === 0 ? 0 : incompleteBetaInverse(events, n - events + 1, alpha);
