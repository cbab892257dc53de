/** `dimmer kill FLAG`: off, now. Does not ask: it is the safe direction, and `restore` takes it back. */

import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { openEmergency } from "../emergency.ts";
import type { Call, Verb } from "../verb.ts";

export const kill: Verb = {
  usage: "kill <flag>",
  summary: "switch a flag off at once, without asking: everybody gets its fallback",
  options: CHANGE_OPTIONS,
  examples: ["kill summarizer --reason 'the model makes things up'"],
  run: killFlag,
};

async function killFlag(call: Call): Promise<void> {
  const [flag = ""] = call.args;
  const { server, environment } = await openEmergency(call, flag);
  await makeChange(call, { send: proposeOperations(server, [{ kind: "kill", flag, environment }]) });
}
