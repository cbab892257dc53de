/** `dimmer rollouts pause|resume|approve|abort ID`: what a person does with one. */

import type { RolloutView } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

const REASON = ["--reason <text>", "why"] as const;

export const pauseRollout: Verb = {
  usage: "pause <rollout>",
  summary: "leave a rollout where it is until somebody resumes it; what must not happen still rolls it back",
  options: [REASON],
  examples: ['rollouts pause rollout_4f0c… --reason "the provider has an incident"'],
  run: act((call, client, project, id) => client.pauseRollout(project, id, reasonOf(call))),
};

export const resumeRollout: Verb = {
  usage: "resume <rollout>",
  summary: "let a paused rollout go on",
  options: [REASON],
  examples: ["rollouts resume rollout_4f0c…"],
  run: act((call, client, project, id) => client.resumeRollout(project, id, reasonOf(call))),
};

export const approveRollout: Verb = {
  usage: "approve <rollout>",
  summary: "say yes to the next step, or to the start",
  options: [REASON],
  examples: ["rollouts approve rollout_4f0c…"],
  run: act((call, client, project, id) => client.approveRollout(project, id, reasonOf(call))),
};

export const abortRollout: Verb = {
  usage: "abort <rollout>",
  summary: "end a rollout, and bring back the shares from before",
  options: [["--shares <shares>", "back (unless given), or keep those that it has"], REASON],
  examples: ["rollouts abort rollout_4f0c… --yes", "rollouts abort rollout_4f0c… --shares keep --yes"],
  run: act(async (call, client, project, id) => {
    const shares = call.option("shares") ?? "back";
    if (shares !== "back" && shares !== "keep") throw wrongUsage("--shares takes back or keep.");
    await call.output.confirm(shares === "back" ? "End it, and bring back the shares from before?" : "End it where it is?");
    return await client.abortRollout(project, id, { ...reasonOf(call), shares });
  }),
};

type Client = Awaited<ReturnType<typeof openServer>>["client"];

function act(work: (call: Call, client: Client, project: string, id: string) => Promise<RolloutView>): Verb["run"] {
  return async (call) => {
    const [id = ""] = call.args;
    const { client, project } = await openServer(call);
    const rollout = await work(call, client, project, id);
    const { flag, variant, environment, state, percent } = rollout;
    await call.output.result(rollout, () => `${variant} of ${flag} in ${environment} is ${state} at ${percent} %.`);
  };
}

function reasonOf(call: Call): { readonly reason?: string } {
  const reason = call.option("reason");
  return reason === undefined ? {} : { reason };
}
