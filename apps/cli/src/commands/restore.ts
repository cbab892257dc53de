/** `dimmer restore FLAG[:VARIANT]`: lifts a kill, or the stop of one variant. */

import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { splitAddress } from "../flag-address.ts";
import { describeServing } from "../output/describe-flag.ts";
import { AT_OPTIONS } from "../schedule.ts";
import { environmentOf, findBlock, findFlag, openServer, requireVariant } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const restore: Verb = {
  usage: "restore <flag[:variant]>",
  summary: "lift a kill, or the stop of one variant",
  options: [...AT_OPTIONS, ...CHANGE_OPTIONS],
  examples: ["restore summarizer", "restore summarizer:opus --yes"],
  run: restoreFlag,
};

async function restoreFlag(call: Call): Promise<void> {
  const [address = ""] = call.args;
  const { flag: key, variant } = splitAddress(address);
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const environment = environmentOf(call, flag);
  if (variant !== undefined) requireVariant(flag, variant);
  const { config } = findBlock(flag, environment);
  const isOff = variant === undefined ? !config.enabled : (config.stopped ?? []).includes(variant);
  const after =
    variant === undefined
      ? { ...config, enabled: true }
      : { ...config, stopped: (config.stopped ?? []).filter((name) => name !== variant) };
  const operation = { kind: "restore" as const, flag: key, environment, ...(variant === undefined ? {} : { variant }) };
  await makeChange(call, {
    server,
    later: { operations: [operation] },
    question: `Restore ${address} in ${environment}?`,
    // Where there is nothing to lift the server says so, and nobody will get anything then.
    preface: isOff ? [`Then: ${describeServing(after)}.`] : [],
    send: proposeOperations(server, [operation]),
  });
}
