/** `dimmer environments require-review ENV N`: how many approvals an edit takes that reaches it. */

import { REVIEW_APPROVALS_MAX } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const requireReview: Verb = {
  usage: "require-review <environment> [approvals]",
  summary: "let edits wait for so many approvals (1 unless given; 0 for none); kills and stops never wait",
  examples: ["environments require-review production", "environments require-review staging 0"],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [environment = "", text = "1"] = call.args;
  const approvals = Number(text);
  if (!/^\d+$/u.test(text) || approvals > REVIEW_APPROVALS_MAX)
    throw wrongUsage(`An edit takes 0 to ${REVIEW_APPROVALS_MAX} approvals, not ${text}.`);
  const { client, project } = await openServer(call);
  const after = await client.requireReview(project, environment, approvals);
  await call.output.result(after, () =>
    approvals === 0
      ? `Edits of ${environment} take no review.`
      : `Edits that reach ${environment} wait for ${plural(approvals, "approval")}.`,
  );
}
