/** `dimmer kill FLAG`: off, now. Does not ask: it is the safe direction, and `restore` takes it back. */

import { CHANGE_OPTIONS, makeChange } from "../change.ts";
import { proposeEmergency } from "../emergency.ts";
import type { Verb } from "../verb.ts";

export const kill: Verb = {
  usage: "kill <flag>",
  summary: "switch a flag off at once, without asking: everybody gets its fallback",
  options: CHANGE_OPTIONS,
  examples: ["kill summarizer --reason 'the model makes things up'"],
  run: async (call) => makeChange(call, await proposeEmergency(call, call.args[0] ?? "", { kind: "kill" })),
};
