/** Tests that take both arms' spread for the same. Welch's does not, and is the one to read; these are what others report. */

import { normalTail } from "../special/normal.ts";
import { studentTail } from "../special/student-t.ts";
import type { Moments } from "./moments.ts";
import type { ShareCounts } from "./shares.ts";

/**
 * Student's t of two means, first − second.
 *
 * Shape:  more than two users together and some spread, else NaN.
 * Errors: none.
 */
export function pooledT(first: Moments, second: Moments): { readonly t: number; readonly p: number; readonly degrees: number } {
  const degrees = first.n + second.n - 2;
  const variance = (first.m2 + second.m2) / degrees;
  const t = (first.mean - second.mean) / Math.sqrt(variance * (1 / first.n + 1 / second.n));
  return { t, p: 2 * studentTail(Math.abs(t), degrees), degrees };
}

/** z of two shares under one common share, first − second. Shape: some events and some without, else NaN. */
export function pooledShareZ(first: ShareCounts, second: ShareCounts): { readonly z: number; readonly p: number } {
  const share = (first.events + second.events) / (first.n + second.n);
  const error = Math.sqrt(share * (1 - share) * (1 / first.n + 1 / second.n));
  const z = (first.events / first.n - second.events / second.n) / error;
  return { z, p: 2 * normalTail(Math.abs(z)) };
}
