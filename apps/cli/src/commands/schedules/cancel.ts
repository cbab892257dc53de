/** `dimmer schedules cancel ID`: it will not be made. */

import { summariseSchedule } from "../../output/describe-schedule.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const cancelSchedule: Verb = { usage: "cancel <id>", summary: "cancel one that is still to be made", run: cancel };

async function cancel(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const schedule = await client.getSchedule(project, id);
  await call.output.confirm(`Cancel ${summariseSchedule(schedule)}, due ${schedule.dueAt}?`);
  const cancelled = await client.cancelSchedule(project, id);
  await call.output.result(cancelled, () => `Cancelled ${cancelled.id}.`);
}
