/** `dimmer schedules show ID`: what it does, and what became of it. */

import { describeSchedule } from "../../output/describe-schedule.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showSchedule: Verb = { usage: "show <id>", summary: "what it does, and what became of it", run: show };

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const schedule = await client.getSchedule(project, id);
  await call.output.result(schedule, () => describeSchedule(schedule).join("\n"));
}
