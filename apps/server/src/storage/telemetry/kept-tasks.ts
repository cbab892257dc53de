/** Tasks in DuckDB, added up by the variants that were involved in them when somebody asks. */

import type { TaskMetrics } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { Span } from "../../telemetry/telemetry-store.ts";
import { quantilesOf } from "./kept-events.ts";
import type { Run } from "./open-questions.ts";
import { TASKS } from "./task-queries.ts";

export async function readTasks(run: Run, place: Place, { since, until }: Span, flag: string): Promise<TaskMetrics[]> {
  const { project, environment } = place;
  const { attributedMs, rows: most } = TELEMETRY_LIMITS;
  const rows = await run(TASKS, [project, environment, since, until, flag, attributedMs, most]);
  return rows.map((row) => ({
    variant: row["variant"] as string,
    tasks: Number(row["tasks"]),
    succeeded: Number(row["succeeded"]),
    durationMs: quantilesOf(row, "duration"),
    generations: Number(row["generations"]),
    steps: Number(row["steps"]),
    costMicroUsd: Number(row["cost"]),
    priced: Number(row["priced"]),
    thumbsUp: Number(row["thumbs_up"]),
    thumbsDown: Number(row["thumbs_down"]),
  }));
}
