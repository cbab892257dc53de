/** `dimmer rollouts replay ID`: decides every verdict again from its evidence. */

import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const replayRollout: Verb = {
  usage: "replay <rollout>",
  summary: "decide every verdict again from its stored evidence, and say which would be another; fails if one would",
  examples: ["rollouts replay rollout_4f0c…"],
  run: replay,
};

async function replay(call: Call): Promise<ExitCode> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const replayed = await client.replayRollout(project, id);
  const { verdicts, same, different } = replayed;
  await call.output.result(replayed, () =>
    [
      `${same} of ${verdicts} verdicts are the same again.`,
      ...different.map(({ sequence, was, now, say }) => `  ${sequence}: was ${was}, would be ${now}. ${say}`),
    ].join("\n"),
  );
  return different.length === 0 ? EXIT.ok : EXIT.failed;
}
