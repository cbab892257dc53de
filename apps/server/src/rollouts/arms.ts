/** Who is compared in a rollout: the treated variant, and all others that its split gives. */

import type { RolloutRecord } from "../storage/rollout-record.ts";
import { variantsOfServe } from "./shares.ts";

export function armsOf({
  flag,
  rule,
  variant,
  terms,
}: Pick<RolloutRecord, "flag" | "rule" | "variant"> & {
  readonly terms: Pick<RolloutRecord["terms"], "before">;
}) {
  const others = variantsOfServe(terms.before).filter((name) => name !== variant);
  return { flag, rule, treated: variant, others };
}
