/** What this process may spend, in dollars: leases that come with the server's answers, and a pace for when none comes. */

import type { Scalar, SpendAttributes } from "@dimmer/evaluation";
import type { SpendLease } from "@dimmer/protocol";
import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";

/** One budget, or one value of its attribute. */
export interface LeasedUnit {
  readonly flag: string;
  /** Null is the flag's shadow. */
  readonly budget: string | null;
  readonly value: Scalar | null;
  readonly amountMicroUsd: number;
  readonly cheaper?: string | undefined;
}

/** A call that is about to be made, and all that it belongs to. */
export interface LeasedCall {
  readonly flag: string;
  readonly variant: string;
  readonly attributes: SpendAttributes | undefined;
  readonly units: readonly LeasedUnit[];
}

/**
 * Shape:  a call may be made where its price, what such calls have cost of late, is left of every lease that it belongs to. Without a
 *         lease, as before the first answer, and with one on another amount or of another period, nothing is known and nothing is held
 *         back. What was taken and has not been told to the server is taken of the next lease as well. A lease that is over leaves the
 *         pace that lasts to the period's end.
 * Errors: none; what is no lease is left out.
 * Source: ADR-0064.
 */
export interface Leases {
  /** Takes what the server says to events, and the keys of the calls that were among them. */
  hear(answer: unknown, calls: readonly string[]): void;
  isLeft(call: LeasedCall): boolean;
  take(call: LeasedCall): void;
}

/** By what a call and the event that tells of it are known as one. */
export const callKey = (flag: string, variant: string, attributes: SpendAttributes | undefined): string =>
  JSON.stringify([flag, variant, attributes]);

interface Held {
  lease: SpendLease | undefined;
  untilMs: number;
  periodEndsMs: number;
  left: number;
  cheaperLeft: number;
  /** What the pace has let through since the lease was over, and up to when that is reckoned. */
  paced: number;
  pacedAtMs: number;
}

const HOUR_MS = 3_600_000;
const MINUTES_AN_HOUR = 60;

export function openLeases({ clock }: Pick<Ports, "clock">): Leases {
  const units = new Map<string, Held>();
  const untold = openUntold();

  const heldOf = (name: string): Held => {
    const held = units.get(name) ?? newHeld();
    units.delete(name);
    units.set(name, held);
    if (units.size > ENGINE_LIMITS.budgets) dropOldest(units);
    return held;
  };

  return {
    hear(answer, calls) {
      const now = clock.monotonicMs();
      for (const key of calls) untold.told(key);
      const leases: unknown = (answer as { readonly leases?: unknown } | null)?.leases;
      if (!Array.isArray(leases)) return;
      for (const lease of leases.slice(0, ENGINE_LIMITS.budgets))
        if (isLease(lease)) renew(heldOf(unitName(lease)), lease, untold.priceOf(unitName(lease), lease, now), now);
    },
    isLeft({ variant, units: all }) {
      const now = clock.monotonicMs();
      return all.every((unit) => {
        const held = heldOf(unitName(unit));
        const { lease } = held;
        if (lease === undefined || lease.amountMicroUsd !== unit.amountMicroUsd || now >= held.periodEndsMs) return true;
        const price = priceOf(lease, variant);
        const left = now < held.untilMs ? leftOf(held, unit, variant) : pacedLeft(held, lease, price, now);
        return left > 0 && left >= price;
      });
    },
    take({ flag, variant, attributes, units: all }) {
      if (all.length === 0) return;
      const now = clock.monotonicMs();
      untold.add(callKey(flag, variant, attributes), { variant, units: all.map(unitName) }, now);
      for (const unit of all) {
        const held = heldOf(unitName(unit));
        if (held.lease === undefined) continue;
        const price = priceOf(held.lease, variant);
        held.left -= price;
        held.cheaperLeft -= price;
        if (now >= held.untilMs) held.paced -= price;
      }
    },
  };
}

const unitName = ({ flag, budget, value }: Pick<LeasedUnit, "flag" | "budget" | "value">): string =>
  JSON.stringify([flag, budget, value]);

interface UntoldCalls {
  readonly variant: string;
  readonly units: readonly string[];
}

/** The calls that were taken and of which the server was not told: those under way, and those whose events wait to be sent. */
function openUntold() {
  const calls = new Map<string, UntoldCalls & { readonly atMs: number[] }>();
  return {
    add(key: string, { variant, units }: UntoldCalls, now: number): void {
      const known = calls.get(key) ?? { variant, units, atMs: [] };
      known.atMs.push(now);
      if (known.atMs.length > ENGINE_LIMITS.untoldCalls) known.atMs.shift();
      calls.delete(key);
      calls.set(key, known);
      if (calls.size > ENGINE_LIMITS.budgets) dropOldest(calls);
    },
    told(key: string): void {
      const known = calls.get(key);
      known?.atMs.shift();
      if (known?.atMs.length === 0) calls.delete(key);
    },
    /** What those of a unit cost; a call of which nothing was told for long never will be. */
    priceOf(unit: string, lease: SpendLease, now: number): number {
      let sum = 0;
      for (const { variant, units, atMs } of calls.values()) {
        if (!units.includes(unit)) continue;
        while (atMs[0] !== undefined && atMs[0] <= now - ENGINE_LIMITS.untoldMs) atMs.shift();
        sum += atMs.length * priceOf(lease, variant);
      }
      return sum;
    },
  };
}

const newHeld = (): Held => ({
  lease: undefined,
  untilMs: 0,
  periodEndsMs: 0,
  left: 0,
  cheaperLeft: 0,
  paced: 0,
  pacedAtMs: 0,
});

function renew(held: Held, lease: SpendLease, untold: number, now: number): void {
  held.lease = lease;
  held.untilMs = now + Math.min(lease.forMs, ENGINE_LIMITS.leaseMs);
  held.periodEndsMs = now + Math.min(lease.periodMs, ENGINE_LIMITS.periodMs);
  held.left = lease.microUsd - untold;
  held.cheaperLeft = (lease.cheaperMicroUsd ?? lease.microUsd) - untold;
  held.paced = 0;
  held.pacedAtMs = held.untilMs;
}

const leftOf = ({ left, cheaperLeft }: Held, { cheaper }: LeasedUnit, variant: string): number =>
  variant === cheaper ? cheaperLeft : left;

/** A minute's worth at once, or one call where that is more. */
function pacedLeft(held: Held, { hourlyMicroUsd }: SpendLease, price: number, now: number): number {
  if (hourlyMicroUsd <= 0) return 0;
  const most = Math.max(price, hourlyMicroUsd / MINUTES_AN_HOUR);
  held.paced = Math.min(most, held.paced + ((now - held.pacedAtMs) * hourlyMicroUsd) / HOUR_MS);
  held.pacedAtMs = now;
  return held.paced;
}

/** Of a variant that has cost nothing yet, what the dearest of the others does. */
const priceOf = ({ callMicroUsd }: SpendLease, variant: string): number =>
  Object.hasOwn(callMicroUsd, variant) ? (callMicroUsd[variant] as number) : Math.max(0, ...Object.values(callMicroUsd));

const AMOUNTS = ["amountMicroUsd", "microUsd", "hourlyMicroUsd", "forMs", "periodMs"] as const;

function isLease(one: Partial<SpendLease> | null): one is SpendLease {
  if (typeof one !== "object" || one === null || typeof one.flag !== "string") return false;
  const { cheaperMicroUsd, callMicroUsd } = one;
  if (typeof callMicroUsd !== "object" || callMicroUsd === null) return false;
  const numbers: unknown[] = [cheaperMicroUsd ?? 0, ...AMOUNTS.map((name) => one[name]), ...Object.values(callMicroUsd)];
  return numbers.every((number) => typeof number === "number" && Number.isFinite(number));
}

function dropOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) return void map.delete(oldest);
}
