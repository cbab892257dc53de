/** `dimmer rollouts status ID [--watch]`: where a rollout stands, and why. */

import { setTimeout as sleep } from "node:timers/promises";
import type { RolloutView } from "@dimmer/protocol";
import { describeRollout, describeVerdict } from "../../output/describe-rollout.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

const WATCH_MS = 2_000;
/** Verdicts that are shown with `--verdicts`. */
const VERDICTS = 50;

export const showRollout: Verb = {
  usage: "status <rollout>",
  summary: "where a rollout stands: its steps, what its guardrails say, the last verdict and what comes next",
  options: [
    ["--verdicts", "what was decided so far, newest first"],
    ["--watch", "show it again every two seconds, until it has ended"],
  ],
  examples: ["rollouts status rollout_4f0c… --watch", "rollouts status rollout_4f0c… --verdicts"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  if (call.has("verdicts")) {
    const verdicts = await client.listRolloutVerdicts(project, id, VERDICTS);
    return await call.output.result(verdicts, () => verdicts.flatMap(describeVerdict).join("\n"));
  }
  for (;;) {
    const rollout: RolloutView = await client.getRollout(project, id);
    const clear = call.has("watch") ? CLEAR : "";
    await call.output.result(rollout, () => `${clear}${describeRollout(rollout, call.output.paint)}`);
    if (!call.has("watch") || rollout.endedAt !== null) return;
    await sleep(WATCH_MS);
  }
}

/** Home, and everything below it away: what is shown again stands where it stood. */
const CLEAR = "\u001B[H\u001B[J";
