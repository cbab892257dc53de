/** `dimmer stop FLAG:VARIANT`: one variant out of service, now. Does not ask, as `kill` does not. */

import { EMERGENCY_OPTIONS, makeChange } from "../change.ts";
import { proposeEmergency } from "../emergency.ts";
import { wrongUsage } from "../failure.ts";
import { splitAddress } from "../flag-address.ts";
import { AT_OPTIONS } from "../schedule.ts";
import type { Call, Verb } from "../verb.ts";

export const stop: Verb = {
  usage: "stop <flag:variant>",
  summary: "take one variant out of service at once, without asking: those who had it get the fallback",
  options: [...AT_OPTIONS, ...EMERGENCY_OPTIONS],
  examples: ["stop summarizer:opus"],
  run: stopVariant,
};

async function stopVariant(call: Call): Promise<void> {
  const [address = ""] = call.args;
  const { flag, variant } = splitAddress(address);
  if (variant === undefined)
    throw wrongUsage(`Which variant of ${flag}?`, `Write dimmer stop ${flag}:VARIANT, or dimmer kill ${flag} for all of it.`);
  await makeChange(call, await proposeEmergency(call, flag, { kind: "stop", variant }));
}
