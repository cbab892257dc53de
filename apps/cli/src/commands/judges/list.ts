/** `dimmer judges list`: the online judges of an environment, and what they did today. */

import { sayDollars } from "@dimmer/evaluation";
import type { JudgeView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const listJudges: Verb = {
  usage: "list",
  summary: "the online judges of an environment, what they did today, and why one does not go on",
  examples: ["judges list --environment production"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project, environment } = await openEnvironment(call);
  const judges = await client.listJudges(project, environment);
  const rows = judges.map((judge) => [
    judge.id,
    judge.name,
    judge.flag,
    judge.score,
    judge.model,
    `${judge.perMille / 10} %`,
    describeToday(judge),
    judge.message ?? judge.state,
  ]);
  await call.output.result(judges, () =>
    rows.length === 0
      ? `${environment} has none.`
      : call.output.table(["id", "name", "flag", "score", "model", "share", "today", "state"], rows),
  );
}

/** `12 judged, 3 wait, $0.03 of $2.00`. */
function describeToday({ today, waiting, dailyBudgetMicroUsd }: JudgeView): string {
  const lost = today.failed + today.dropped;
  return [
    `${today.judged} judged`,
    ...(waiting === 0 ? [] : [`${waiting} wait`]),
    ...(lost === 0 ? [] : [`${lost} given up`]),
    `${sayDollars(today.costMicroUsd + today.reservedMicroUsd)} of ${sayDollars(dailyBudgetMicroUsd)}`,
  ].join(", ");
}
