/** `--at`: the same change, made by the server when the time comes. */

import type { ScheduleRequest } from "@dimmer/protocol";
import type { Proposal } from "./change.ts";
import { wrongUsage } from "./failure.ts";
import { renderIssue } from "./output/issues.ts";
import type { Call } from "./verb.ts";

/** Of verbs whose change can be made later. */
export const AT_OPTIONS = [
  ["--at <time>", "not now, but then: RFC 3339, such as 2026-12-01T09:00:00+01:00"],
  ["--time-zone <name>", "the zone of an --at that has none, such as Europe/Berlin"],
] as const;

/** What the server keeps of it; without `expected` it is applied to whatever is there then. */
export type Later = Pick<ScheduleRequest, "operations" | "undoes" | "kills" | "expected">;

export async function scheduleChange(call: Call, { server, later, question }: Proposal, at: string): Promise<void> {
  if (later === undefined) throw wrongUsage("This cannot be done at a time to come.", "Leave --at out, or name one change.");
  const [reason, timeZone] = [call.option("reason"), call.option("time-zone")];
  const request: ScheduleRequest = {
    ...later,
    at,
    ...(reason === undefined ? {} : { reason }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const send = (dryRun: boolean) => server.client.createSchedule(server.project, dryRun ? { ...request, dryRun } : request);
  if (call.has("dry-run")) {
    const foreseen = await send(true);
    for (const { message, mend } of foreseen.issues) call.output.warn(`${message} ${mend}`);
    return call.output.result(
      foreseen,
      () => `Nothing was scheduled: this was a dry run. It would be made at ${foreseen.dueAt}.`,
    );
  }
  if (question !== undefined && !call.has("yes")) {
    const foreseen = await send(true);
    for (const issue of foreseen.issues) call.output.say(renderIssue(issue, call.output.paintTalk));
    await call.output.confirm(`${question.replace(/\?$/u, "")} at ${foreseen.dueAt}?`);
  }
  const { schedule, dueAt, issues } = await send(false);
  for (const { message, mend } of issues) call.output.warn(`${message} ${mend}`);
  const id = schedule?.id ?? "";
  await call.output.result({ schedule, dueAt, issues }, () => `Scheduled for ${dueAt} as ${id}.`);
  call.output.say(`Cancel with: dimmer schedules cancel ${id}`);
}
