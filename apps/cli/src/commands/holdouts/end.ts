/** `dimmer holdouts end ID`: its people get what everybody gets. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const endHoldout: Verb = {
  usage: "end <holdout>",
  summary: "end a holdout: its rules go, and its people get what everybody gets",

  examples: ["holdouts end holdout_4f0c…"],
  run: end,
};

async function end(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  await call.output.confirm("Give its people what everybody gets?");
  const ended = await client.endHoldout(project, id);
  await call.output.result(ended, () =>
    ended.isEnded
      ? `${ended.holdout.name} has ended.`
      : `That takes review, and waits as ${ended.request ?? "a change request"}. Once it is applied, say this again.`,
  );
}
