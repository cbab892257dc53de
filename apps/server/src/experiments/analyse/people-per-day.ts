/** The primary metric of people by the day of their first exposure: where it fades, it was the novelty. */

import type { ExperimentResult } from "@dimmer/protocol";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import { isRatio } from "../metrics.ts";
import { armOf, type MetricPlace } from "./experiment-arms.ts";

/** Shape: by day, then by arm; no value where it is a quantile, which days do not have, or where there is nothing to divide by. */
export function peoplePerDay({ rows }: ExperimentStatistics, places: readonly MetricPlace[]): ExperimentResult["days"] {
  const [{ metric, place } = { metric: undefined, place: 0 }] = places;
  const days = rows.flatMap(({ variant, part, people, moments }) => {
    if (part.by !== "day") return [];
    const isReckoned = metric !== undefined && isRatio(metric.asked);
    const value = isReckoned ? (armOf(moments[place] as NonNullable<(typeof moments)[number]>)?.estimate ?? null) : null;
    return [{ day: new Date(part.day).toISOString().slice(0, 10), variant, people, value }];
  });
  return days.sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
}
