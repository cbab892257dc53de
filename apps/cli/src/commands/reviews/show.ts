/** `dimmer reviews show ID`: what it does, who moves, who said what, and what stands in its way. */

import { describeRequest } from "../../output/describe-request.ts";
import { renderIssue } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showReview: Verb = {
  usage: "show <id>",
  summary: "what it does, who moves, who said what, and what stands in its way",
  run: show,
};

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const request = await client.getChangeRequest(project, id);
  await call.output.result(request, () => describeRequest(request).join("\n"));
  if (!call.output.json) for (const issue of request.issues) call.output.say(renderIssue(issue, call.output.paintTalk));
}
