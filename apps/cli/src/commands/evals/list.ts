/** `dimmer evals list`: the reports of a project, newest first. */

import { listReports } from "../../output/describe-evals.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

const USUAL_LIMIT = 50;

export const listEvals: Verb = {
  usage: "list",
  summary: "eval reports, newest first",
  options: [
    ["--flag <flag>", "of one flag"],
    ["--variant <variant>", "of one variant"],
    ["--suite <name>", "of one suite"],
    ["--limit <n>", `how many (${USUAL_LIMIT} unless given)`],
  ],
  examples: ["evals list --flag summarizer"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const filters = { flag: call.option("flag"), variant: call.option("variant"), suite: call.option("suite") };
  const reports = await client.listEvalReports(project, filters, readLimit(call, USUAL_LIMIT));
  await call.output.result(reports, () => listReports(reports, call.output));
}
