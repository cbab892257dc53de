/** Whom a serve gives something, without those that have no share of it. */

import type { Serve } from "../flag.ts";

/**
 * Shape:  variant → its share in percent, above 0, in the serve's order; a variant for all has 100. What a rest gets is not in it.
 * Errors: none.
 */
export function liveShares(serve: Serve): ReadonlyMap<string, number> {
  if ("variant" in serve) return new Map([[serve.variant, 100]]);
  return new Map(Object.entries(serve.split).filter(([, percent]) => percent > 0));
}
