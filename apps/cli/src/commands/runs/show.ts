/** `dimmer runs show RUN`: which model served one request, why, and what was made of the answer. */

import { chooseEnvironment } from "../../environment-choice.ts";
import { notFound } from "../../failure.ts";
import { describeEvent } from "../../output/describe-event.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showRun: Verb = {
  usage: "show <run>",
  summary: "what served one run and why, each call of a model, and what was made of the answer",
  examples: ["runs show 0b0f7a0c-6a53-4a6c-9f3e-5d1d3f1c2b7a --environment production"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [run = ""] = call.args;
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const events = await server.client.getRun(server.project, environment, run);
  if (events.length === 0) {
    throw notFound(
      `Nothing is known of run ${run} in ${environment}.`,
      "Events are kept for 90 days; the app has a run's id as `run.id`.",
    );
  }
  await call.output.result(events, () => events.map((event) => describeEvent(event)).join("\n"));
}
