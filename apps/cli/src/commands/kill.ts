/** `dimmer kill FLAG`, or every flag that uses a model: off, now. Does not ask: it is the safe direction, and `restore` takes it back. */

import { EMERGENCY_OPTIONS, makeChange } from "../change.ts";
import { proposeEmergency } from "../emergency.ts";
import { wrongUsage } from "../failure.ts";
import { splitAddress } from "../flag-address.ts";
import { AT_OPTIONS } from "../schedule.ts";
import type { Call, Verb } from "../verb.ts";
import { killModel } from "./kill-model.ts";

export const kill: Verb = {
  usage: "kill [flag]",
  summary: "switch a flag off at once, without asking: everybody gets its fallback; or a model in all flags",
  options: [
    ["--model <model>", "instead of a flag: stop what uses this model, in every flag and environment unless one is named"],
    ["--provider <provider>", "the same for all models of a provider"],
    ...AT_OPTIONS,
    ...EMERGENCY_OPTIONS,
  ],
  examples: ["kill --model claude-opus-4-6 --dry-run", "kill summarizer --reason 'the model makes things up'"],
  run: killFlag,
};

async function killFlag(call: Call): Promise<void> {
  if (call.option("model") !== undefined || call.option("provider") !== undefined) return killModel(call);
  const [address] = call.args;
  if (address === undefined) throw wrongUsage("kill takes a flag, or --model, or --provider.");
  const { flag, variant } = splitAddress(address);
  if (variant !== undefined)
    throw wrongUsage(
      "kill takes a whole flag.",
      `Write dimmer stop ${address} for this variant, or dimmer kill ${flag} for all of it.`,
    );
  await makeChange(call, await proposeEmergency(call, flag, { kind: "kill" }));
}
