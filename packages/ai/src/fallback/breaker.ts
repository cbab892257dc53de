/** A circuit breaker for each variant: after failures in a row it lets nobody through, until a probe finds that the model is back. */

import { openBoundedMap } from "../bounded-map.ts";
import type { Host } from "../host.ts";
import { AI_LIMITS } from "../limits.ts";

export interface BreakerOptions {
  /** Failures in a row after which it opens. */
  readonly failures?: number;
  /** How long it stays open at first; doubles with each probe that fails. Each delay is drawn between half and one and a half times. */
  readonly openMs?: number;
  readonly maxOpenMs?: number;
}

/** Leave to make one call; says what came of it, once. */
export interface Permit {
  readonly succeed: () => void;
  readonly fail: () => void;
  /** Nothing was learned of the model: the app aborted, or the request itself was at fault. */
  readonly release: () => void;
}

export interface Breaker {
  /** Nothing while it is open. */
  admit(key: string): Permit | undefined;
}

interface State {
  failures: number;
  /** When a probe may go, by the monotonic clock; absent while it is closed. */
  probeAtMs?: number;
  isProbing: boolean;
  opened: number;
}

/**
 * Shape:  remembers only variants that failed of late, and forgets the least recently asked for beyond a bound.
 * Errors: none.
 * Source: ADR-0043, decision 4.
 */
export function openBreaker(options: BreakerOptions, host: Pick<Host, "monotonicMs" | "random">): Breaker {
  const { failures: limit = 5, openMs = 10_000, maxOpenMs = 300_000 } = options;
  const states = openBoundedMap<State>(AI_LIMITS.breakers);
  const open = (state: State): void => {
    const delayMs = Math.min(openMs * 2 ** state.opened, maxOpenMs) * (0.5 + host.random());
    state.probeAtMs = host.monotonicMs() + delayMs;
    state.opened++;
    state.isProbing = false;
  };
  return {
    admit(key) {
      const state = states.get(key);
      const isOpen = state?.probeAtMs !== undefined;
      if (isOpen && (state.isProbing || host.monotonicMs() < (state.probeAtMs ?? 0))) return undefined;
      if (isOpen) state.isProbing = true;
      return once({
        succeed: () => states.delete(key),
        fail() {
          const known = states.get(key) ?? { failures: 0, isProbing: false, opened: 0 };
          states.set(key, known);
          known.failures++;
          // Calls that were on their way when it opened do not keep it open longer; only the probe does.
          if (isOpen || (known.failures >= limit && known.probeAtMs === undefined)) open(known);
        },
        release() {
          if (isOpen) state.isProbing = false;
        },
      });
    },
  };
}

function once(permit: Permit): Permit {
  let isUsed = false;
  const first =
    (tell: () => void): (() => void) =>
    () => {
      if (isUsed) return;
      isUsed = true;
      tell();
    };
  return { succeed: first(permit.succeed), fail: first(permit.fail), release: first(permit.release) };
}
