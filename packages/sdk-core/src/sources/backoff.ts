/** How long to stay away after a failure. */

import { ENGINE_LIMITS } from "../limits.ts";
import { isKeyRefused } from "./refused-key.ts";
import type { SourceFailure } from "./source.ts";

/**
 * Half the exponential wait is certain and half is chance, so that clients which lost their server together do not return together.
 *
 * Shape:  failures in a row before this one → milliseconds within [0.5, 1] × min(30 s, 2^n s), five minutes where the key was refused;
 *         never inside a Retry-After, and spread behind it.
 * Errors: none; no failure means "never again".
 * Source: ADR-0010.
 */
export function backoffMs(failuresBefore: number, failure: SourceFailure, random: () => number): number {
  const longest = isKeyRefused(failure) ? ENGINE_LIMITS.backoffMaxRefusedKeyMs : ENGINE_LIMITS.backoffMaxMs;
  const full = Math.min(longest, ENGINE_LIMITS.backoffFirstMs * 2 ** Math.min(failuresBefore, 30));
  const own = full * (0.5 + random() / 2);
  return failure.retryAfterMs === undefined || failure.retryAfterMs === 0 ? own : failure.retryAfterMs + own;
}
