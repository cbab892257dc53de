/** An operation that is still to be made, in a few words. */

import { sayPercent } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";

/** `ramp summarizer:opus to 25 % in production`. */
export function describeOperation(operation: Operation): string {
  const resource = "flag" in operation ? operation.flag : "segment" in operation ? operation.segment : "of the project";
  const variant = "variant" in operation && operation.variant !== undefined ? `:${operation.variant}` : "";
  const percent = operation.kind === "ramp" ? ` to ${sayPercent(operation.percent)}` : "";
  const places = "environments" in operation ? operation.environments : "environment" in operation ? [operation.environment] : [];
  const where = places.length === 0 ? "" : ` in ${places.join(", ")}`;
  return `${operation.kind} ${resource}${variant}${percent}${where}`;
}
