/** `dimmer reviews approve|reject|withdraw ID`: says yes or no to a change request, or takes it back. */

import type { ChangeRequestDetails, ChangeRequestView, Management } from "@dimmer/protocol";
import { summariseRequest } from "../../output/describe-request.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

const COMMENT = ["--comment <text>", "what you have to say about it; kept with it"] as const;

export const approveReview: Verb = {
  usage: "approve <id>",
  summary: "approve it as it is now; any edit of it voids that",
  options: [COMMENT],
  examples: ["reviews approve request_7f3a --comment 'Checked with support.'"],
  run: (call) =>
    decide(call, "Approve", "Approved", (client, project, seen) => client.approveChangeRequest(project, seen.id, seen)),
};

export const rejectReview: Verb = {
  usage: "reject <id>",
  summary: "reject it for good",
  options: [COMMENT],
  run: (call) => decide(call, "Reject", "Rejected", (client, project, { id }) => client.rejectChangeRequest(project, id)),
};

export const withdrawReview: Verb = {
  usage: "withdraw <id>",
  summary: "take back what you have proposed",
  options: [COMMENT],
  run: (call) => decide(call, "Withdraw", "Withdrew", (client, project, { id }) => client.withdrawChangeRequest(project, id)),
};

type Deed = (client: Management, project: string, seen: ChangeRequestDetails) => Promise<ChangeRequestView>;

async function decide(call: Call, ask: string, done: string, deed: Deed): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const request = await client.getChangeRequest(project, id);
  await call.output.confirm(`${ask} ${id}: ${summariseRequest(request)}`);
  const after = await deed(client, project, request);
  const comment = call.option("comment");
  const said = comment === undefined ? after : await client.commentChangeRequest(project, id, comment);
  await call.output.result(said, () => `${done} ${id}.`);
}
