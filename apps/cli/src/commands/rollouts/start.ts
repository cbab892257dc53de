/** `dimmer rollouts start FLAG VARIANT`: begins a guarded rollout. */

import { describeOutlook, describeRollout } from "../../output/describe-rollout.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readRollout, ROLLOUT_OPTIONS } from "./read-rollout.ts";

export const startRollout: Verb = {
  usage: "start <flag> <variant>",
  summary: "begin a guarded rollout; shows what it will be like, then asks",
  options: ROLLOUT_OPTIONS,
  examples: ["rollouts start summarizer opus", "rollouts start summarizer opus --watched --steps 10:1d,50:1d,100:1d --yes"],
  run: start,
};

async function start(call: Call): Promise<void> {
  const server = await openServer(call);
  const { client, project } = server;
  const request = await readRollout(call, server);
  const foreseen = await client.startRollout(project, { ...request, dryRun: true });
  call.output.say(describeOutlook(foreseen.outlook));
  // Where it would be refused the server says so with what to do, and there is nothing to ask.
  if (foreseen.outlook.issues.every(({ severity }) => severity !== "error"))
    await call.output.confirm(`Start ramping ${request.variant} of ${request.flag} in ${request.environment}?`);
  const started = await client.startRollout(project, request);
  await call.output.result(started, () =>
    started.rollout === null ? describeOutlook(started.outlook) : describeRollout(started.rollout, call.output.paint),
  );
  if (started.rollout !== null) call.output.say(`Follow it with: dimmer rollouts status ${started.rollout.id} --watch`);
}
