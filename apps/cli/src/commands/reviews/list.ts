/** `dimmer reviews list`: the change requests that wait, or what became of others. */

import { ChangeRequestState } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { summariseRequest } from "../../output/describe-request.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

export const listReviews: Verb = {
  usage: "list",
  summary: "the change requests that wait for review, newest first; with --state or --all others too",
  options: [
    ["--state <state>", "pending (unless given), applied, rejected or withdrawn"],
    ["--all", "whatever became of them"],
    ["--limit <n>", "how many (200 unless given)"],
  ],
  run: list,
};

async function list(call: Call): Promise<void> {
  const state = call.has("all") ? undefined : readState(call.option("state") ?? "pending");
  const { client, project } = await openServer(call);
  const found = await client.listChangeRequests(project, state, readLimit(call, 200));
  const rows = found.map((one) => [one.id, one.createdAt, one.state, one.editor.name, summariseRequest(one)]);
  await call.output.result(found, () =>
    rows.length === 0 ? "There are none." : call.output.table(["id", "since", "state", "by", "what"], rows),
  );
}

function readState(text: string): ChangeRequestState {
  const state = ChangeRequestState.options.find((one) => one === text);
  if (state === undefined) throw wrongUsage(`A change request is ${ChangeRequestState.options.join(", ")}, not ${text}.`);
  return state;
}
