/** Exposures that were told of late: once an hour is enough to know that somebody meets a variant. */

import type { TelemetryEvent } from "@dimmer/protocol";
import type { Clock } from "../ports.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { hashKey, newKeyHash } from "./sketch.ts";

/**
 * Shape:  an exposure is told of unless the same one was told of within the hour. Only so many are remembered; beyond, the oldest is
 *         forgotten, and is then told of again before its hour is over: too often, and never too seldom.
 * Errors: none.
 * Source: ADR-0042, decision 11.
 */
export interface Exposures {
  isTold(exposure: number): boolean;
  tell(exposure: number): void;
  /** It could not be told after all. */
  forget(exposure: number): void;
}

export function openExposures({ monotonicMs }: Pick<Clock, "monotonicMs">): Exposures {
  // In the order in which they were told of, so that the first are the oldest.
  const toldMs = new Map<number, number>();

  const forgetOld = (nowMs: number): void => {
    for (const [exposure, atMs] of toldMs) {
      if (toldMs.size <= TELEMETRY_LIMITS.exposures && nowMs - atMs < TELEMETRY_LIMITS.exposureMs) return;
      toldMs.delete(exposure);
    }
  };

  return {
    isTold(exposure) {
      const atMs = toldMs.get(exposure);
      return atMs !== undefined && monotonicMs() - atMs < TELEMETRY_LIMITS.exposureMs;
    },
    tell(exposure) {
      const nowMs = monotonicMs();
      toldMs.delete(exposure);
      toldMs.set(exposure, nowMs);
      forgetOld(nowMs);
    },
    forget: (exposure) => void toldMs.delete(exposure),
  };
}

/**
 * Which exposure an event is: a hash of its person, flag, variant, value version, path and rule.
 *
 * Shape:  undefined for what is none, and for one without a targeting key, which is told of each time: nobody knows whether it is the
 *         same person's. Of 53 bits, so that among all that are remembered one in 10¹¹ is taken for another.
 * Errors: what is no event may throw.
 */
export function exposureOf(event: TelemetryEvent): number | undefined {
  if (event.kind !== "exposure" || event.targetingKey === undefined) return undefined;
  const { flag, variant, valueVersion, path, rule } = event.served;
  hashKey(JSON.stringify([event.targetingKey, flag, variant, valueVersion, path, rule]), hash);
  const [one = 0, other = 0] = hash;
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}

/** Read again at once, so one is enough. */
const hash = newKeyHash();
