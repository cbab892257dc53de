/** `dimmer schedules list`: what is to be made, and what became of what was. */

import { ScheduleState, type ScheduleView } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { describeState, summariseSchedule } from "../../output/describe-schedule.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

export const listSchedules: Verb = {
  usage: "list",
  summary: "the changes that are to be made, soonest first; with --state or --all those that were, newest first",
  options: [
    ["--state <state>", "pending (unless given), done, failed or cancelled"],
    ["--all", "whatever became of them"],
    ["--limit <n>", "how many (200 unless given)"],
  ],
  run: list,
};

async function list(call: Call): Promise<void> {
  const state = call.has("all") ? undefined : readState(call.option("state") ?? "pending");
  const { client, project } = await openServer(call);
  const newest = await client.listSchedules(project, state, readLimit(call, 200));
  const schedules = state === "pending" ? [...newest].sort(bySoonest) : newest;
  const rows = schedules.map((one) => [one.id, one.dueAt, describeState(one), one.actor.name, summariseSchedule(one)]);
  await call.output.result(schedules, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "due", "state", "by", "what"], rows),
  );
}

function readState(text: string): ScheduleState {
  const state = ScheduleState.options.find((one) => one === text);
  if (state === undefined) throw wrongUsage(`A schedule is ${ScheduleState.options.join(", ")}, not ${text}.`);
  return state;
}

const bySoonest = (left: ScheduleView, right: ScheduleView): number => (left.dueAt < right.dueAt ? -1 : 1);
