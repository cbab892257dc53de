/** What is analysed of an experiment, and what is asked of its people before anything is said. */

import type { ExperimentDefinition, ExperimentResult } from "@dimmer/protocol";
import type { ExperimentStart, ResultMaterial } from "../../storage/experiment-record.ts";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";

/** What is analysed, with what the start froze. */
export interface AnalysedExperiment extends Pick<ResultMaterial, "shares" | "edits" | "endedAt"> {
  readonly definition: Pick<ExperimentDefinition, "baseline" | "plan" | "bandit">;
  readonly start: Pick<ExperimentStart, "at" | "arms" | "people" | "days" | "metrics">;
  readonly kept: ExperimentResult["kept"];
}

/** People of each arm before which nothing is said. */
export const LEAST_PEOPLE = 100;

/** Of the people with a history, so many may have met another variant. */
const STRAY = 0.01;

/** Whether the week before may be looked at: people who met other variants then had the treatment already. */
export function historyUse({ rows }: ExperimentStatistics): { readonly isClean: boolean } {
  const past = rows.filter(({ part }) => part.by === "period" && part.hasHistory);
  const people = past.reduce((sum, row) => sum + row.people, 0);
  const strayed = past.reduce((sum, row) => sum + row.strayed, 0);
  return { isClean: strayed <= STRAY * people };
}
