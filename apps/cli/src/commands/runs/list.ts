/** `dimmer runs list`: what one person, or one flag's people, got lately. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { describeEvent } from "../../output/describe-event.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 2_160;
const USUAL_LIMIT = 50;
const MAX_LIMIT = 500;

export const listRuns: Verb = {
  usage: "list",
  summary: "the newest events of one person or one flag: what was served, called and said",
  options: [
    ["--targeting-key <key>", "of one person"],
    ["--flag <flag>", "of one flag"],
    ["--hours <n>", `how far back (${USUAL_HOURS} unless given)`],
    ["--limit <n>", `how many (${USUAL_LIMIT} unless given)`],
  ],
  examples: ["runs list --targeting-key user-7", "runs list --flag summarizer --hours 1"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const events = await server.client.listEvents(server.project, environment, {
    flag: call.option("flag"),
    targetingKey: call.option("targetingKey"),
    hours: readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS),
    limit: readCount(call.option("limit") ?? String(USUAL_LIMIT), "--limit", MAX_LIMIT),
  });
  await call.output.result(events, () =>
    events.length === 0
      ? `Nothing was told in ${environment} in that time.`
      : events.map((event) => describeEvent(event)).join("\n"),
  );
}
