/** `dimmer kill FLAG`: off, now. Does not ask: it is the safe direction, and `restore` takes it back. */

import { EMERGENCY_OPTIONS, makeChange } from "../change.ts";
import { proposeEmergency } from "../emergency.ts";
import { wrongUsage } from "../failure.ts";
import { splitAddress } from "../flag-address.ts";
import type { Call, Verb } from "../verb.ts";

export const kill: Verb = {
  usage: "kill <flag>",
  summary: "switch a flag off at once, without asking: everybody gets its fallback",
  options: EMERGENCY_OPTIONS,
  examples: ["kill summarizer --reason 'the model makes things up'"],
  run: killFlag,
};

async function killFlag(call: Call): Promise<void> {
  const [address = ""] = call.args;
  const { flag, variant } = splitAddress(address);
  if (variant !== undefined)
    throw wrongUsage(
      "kill takes a whole flag.",
      `Write dimmer stop ${address} for this variant, or dimmer kill ${flag} for all of it.`,
    );
  await makeChange(call, await proposeEmergency(call, flag, { kind: "kill" }));
}
