/** `dimmer budgets remove FLAG NAME`: takes a budget in dollars away, and with it what it has stepped down. */

import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const removeBudget: Verb = {
  usage: "remove <flag> <name>",
  summary: "take a budget in dollars away; what it has stepped down is served again",
  options: CHANGE_OPTIONS,
  examples: ["budgets remove summarizer monthly"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [flag = "", budget = ""] = call.args;
  const { environment, ...server } = await openEnvironment(call);
  await makeChange(call, {
    server,
    question: `Remove the budget ${budget} of ${flag} in ${environment}?`,
    send: proposeOperations(server, [{ kind: "set-spend", flag, environment, budget, spend: null }]),
  });
}
