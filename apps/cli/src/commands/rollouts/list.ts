/** `dimmer rollouts list`: which rollouts there are, and where each stands. */

import { ROLLOUT_COLUMNS, rowOfRollout } from "../../output/describe-rollout.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

export const listRollouts: Verb = {
  usage: "list",
  summary: "the guarded rollouts that have not ended, newest first; with --all those that have, too",
  options: [
    ["--all", "also those that have ended"],
    ["--flag <flag>", "of one flag"],
    ["--limit <n>", "how many (50 unless given)"],
  ],
  examples: ["rollouts list", "rollouts list --all --flag summarizer"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const limit = readLimit(call, 50);
  const flag = call.option("flag");
  const { environment } = call.settings;
  const { client, project } = await openServer(call);
  const filter = {
    ...(flag === undefined ? {} : { flag }),
    ...(environment === undefined ? {} : { environment }),
    ...(call.has("all") ? {} : { active: true }),
  };
  const found = await client.listRollouts(project, filter, limit);
  await call.output.result(found, () =>
    found.length === 0 ? "There are none." : call.output.table(ROLLOUT_COLUMNS, found.map(rowOfRollout)),
  );
}
