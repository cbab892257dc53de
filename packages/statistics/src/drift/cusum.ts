/** The classical detector of a shifted mean: as quick as the one with a guarantee where bucket means are normal, and without a promise where not. */

/** Plain JSON. */
export interface CusumEvidence {
  readonly up: number;
  readonly down: number;
}

export interface CusumSettings {
  /** Half of the shift that is to be found, in standard deviations. */
  readonly slack: number;
  /** One-sided, 5 takes 931 buckets without drift until an alarm, 7.36 takes 10,000. */
  readonly threshold: number;
}

export const CUSUM: CusumSettings = { slack: 0.5, threshold: 5 };

/** Evidence of no bucket yet. Shape: a head start, of half the threshold, finds at once what was wrong from the first. */
export const startCusum = (headStart: number = 0): CusumEvidence => ({ up: headStart, down: headStart });

/**
 * Adds one closed bucket.
 *
 * Shape:  its mean, less the reference's, over the standard deviation of the reference's bucket means.
 * Errors: none; no number says nothing.
 * Source: Page 1954; reference statistics 4. On small counts its false alarms come twice as often as promised: use `watchRate`.
 */
export function addStandardised(evidence: CusumEvidence, z: number, { slack }: CusumSettings = CUSUM): CusumEvidence {
  if (!Number.isFinite(z)) return evidence;
  return { up: Math.max(0, evidence.up + z - slack), down: Math.max(0, evidence.down - z - slack) };
}

/** Which way the mean has moved; undefined while it has not. */
export function judgeCusum({ up, down }: CusumEvidence, { threshold }: CusumSettings = CUSUM): "up" | "down" | undefined {
  if (up > threshold) return "up";
  return down > threshold ? "down" : undefined;
}
