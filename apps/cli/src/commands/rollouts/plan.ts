/** `dimmer rollouts plan FLAG VARIANT`: what a rollout would be like, before anything starts. */

import { describeOutlook } from "../../output/describe-rollout.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readRollout, ROLLOUT_OPTIONS } from "./read-rollout.ts";

export const planRollout: Verb = {
  usage: "plan <flag> <variant>",
  summary: "what a guarded rollout would be like: how soon it finds what, whom it moves, what it costs; starts nothing",
  options: ROLLOUT_OPTIONS,
  examples: ["rollouts plan summarizer opus", "rollouts plan summarizer opus --steps 5:1h,25:6h,100:1d --guardrail error_rate"],
  run: plan,
};

async function plan(call: Call): Promise<void> {
  const server = await openServer(call);
  const request = await readRollout(call, server);
  const { outlook } = await server.client.startRollout(server.project, { ...request, dryRun: true });
  await call.output.result(outlook, () => describeOutlook(outlook));
}
