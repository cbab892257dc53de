/** A week of realistic traffic from a seed: waves of a day, a weekend, clusters of people; as the telemetry store would tell it. */

import type { AskedRow, PremiumRow, SignalRow } from "../../telemetry/habit-store.ts";
import { HOUR_MS } from "../../telemetry/times.ts";

/** The same numbers from the same seed, in [0, 1). Source: mulberry32, by T. Ettinger. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal; never below 0, and whole. */
export const around = (random: () => number, mean: number, clusters = 1): number => {
  const normal = Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
  return Math.max(0, Math.round(mean + normal * Math.sqrt(mean * clusters)));
};

/** Calls of an hour: a third at night of what there is by day, less on the weekend. */
export function usualCalls(at: number, perHour: number): number {
  const hour = new Date(at).getUTCHours();
  const day = new Date(at).getUTCDay();
  const wave = 1 + 0.5 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
  return perHour * wave * (day === 0 || day === 6 ? 0.6 : 1);
}

export interface Shares {
  readonly variant: string;
  /** Of all calls. */
  readonly share: number;
  readonly feedback: number;
}

/** The last hour before `until` and the same hour of six days before. */
export function signalsOf(
  random: () => number,
  until: number,
  perHour: number,
  arms: readonly Shares[],
): { readonly signals: SignalRow[]; readonly asked: AskedRow[] } {
  const signals: SignalRow[] = [];
  const asked: AskedRow[] = [];
  for (let daysBefore = 0; daysBefore <= 6; daysBefore++) {
    const calls = around(random, usualCalls(until - (24 * daysBefore + 1) * HOUR_MS, perHour), 3);
    asked.push({ flag: "summarizer", daysBefore, evaluations: calls });
    for (const { variant, share, feedback } of arms) {
      const own = around(random, calls * share);
      const of = { flag: "summarizer", variant, daysBefore, exposures: around(random, own * 0.6), calls: own };
      signals.push({ ...of, metered: around(random, own * 0.99), feedback: around(random, own * feedback, 2) });
    }
  }
  return { signals, asked };
}

/** Four weeks of hours of one flag, `paid` with a tenth of all calls and `default` with the others. */
export function premiumRows(random: () => number, until: number, perHour: number, shareAt: (at: number) => number): PremiumRow[] {
  const rows: PremiumRow[] = [];
  for (let at = Math.floor(until / HOUR_MS) * HOUR_MS, hours = 0; hours < 28 * 24; hours++, at -= HOUR_MS) {
    const calls = around(random, usualCalls(at, perHour), 3);
    const premium = around(random, calls * shareAt(at), 2);
    rows.push({ tier: "paid", at, premium, evaluations: Math.max(premium, around(random, calls * 0.3)) });
    rows.push({ tier: "default", at, premium: 0, evaluations: Math.round(calls * 0.7) });
  }
  return rows;
}
