/** `dimmer connections test ID --model M`: the smallest call, and what came of it. */

import { sayDollars } from "@dimmer/evaluation";
import type { ModelAnswer } from "@dimmer/protocol";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "./open-environment.ts";

export const testConnection: Verb = {
  usage: "test <id>",
  summary: "make the smallest call of a model; it counts against the budget",
  options: [["--model <model>", "which one"]],
  examples: ["connections test connection_1f0c --model gpt-4o-mini"],
  run: test,
};

async function test(call: Call): Promise<ExitCode> {
  const [id = ""] = call.args;
  const model = call.option("model");
  if (model === undefined) throw wrongUsage("Which model is to be called?", "Name one: --model gpt-4o-mini");
  const { client, project, environment } = await openEnvironment(call);
  const answer = await client.testConnection(project, environment, id, model);
  await call.output.result(answer, () => describeAnswer(model, answer));
  return answer.failure === null ? EXIT.ok : EXIT.failed;
}

/** `gpt-4o-mini answered in 512 ms for $0.0001.` */
function describeAnswer(model: string, { failure, durationMs, costMicroUsd, responseModel }: ModelAnswer): string {
  if (failure !== null) return failure.message;
  const cost = costMicroUsd === null ? "an unknown cost" : sayDollars(costMicroUsd);
  return `${responseModel ?? model} answered in ${durationMs} ms for ${cost}.`;
}
