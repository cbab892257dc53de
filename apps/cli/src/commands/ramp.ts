/** `dimmer ramp FLAG [VARIANT] PERCENT`: the share of one variant, on the server or in a local file. */

import { variantsOf } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../change.ts";
import { AT_OPTIONS } from "../schedule.ts";
import { environmentOf, findBlock, findFlag, openServer } from "../server.ts";
import { sayKilled } from "../output/describe-flag.ts";
import { chooseServe, readRamp, sayNothingToRamp, sayRamp } from "../split-choice.ts";
import type { Call, Verb } from "../verb.ts";
import { rampFile } from "./ramp-file.ts";

export const ramp: Verb = {
  usage: "ramp <flag> <variant-or-percent> [percent]",
  summary: "set the share of a variant (the first one unless named); shows who moves, then asks",
  options: [
    ["--rule <id>", "the rule whose split is meant, or default; needed where there are several"],
    ["--file <file>", "edit this document in place, comments kept, instead of a server"],
    ...AT_OPTIONS,
    ...CHANGE_OPTIONS,
  ],
  examples: [
    "ramp summarizer 25",
    "ramp summarizer opus 12.5 --rule paid --yes",
    "ramp summarizer 25 --file dimmer.yaml",
    "ramp summarizer 50 --at 2026-12-01T09:00:00+01:00",
  ],
  run: (call) => (call.option("file") === undefined ? rampServer(call) : rampFile(call)),
};

async function rampServer(call: Call): Promise<void> {
  const [key = "", ...words] = call.args;
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const environment = environmentOf(call, flag);
  const { config, expected } = findBlock(flag, environment);
  const chosen = chooseServe(config, call.option("rule"), `Flag ${key} in ${environment}`);
  const wanted = readRamp(words, chosen, Object.keys(variantsOf(flag.definition)), key);
  const place = { flag: key, environment, rule: chosen.rule };
  const operation: Operation =
    wanted.newSplit === undefined
      ? { kind: "ramp", ...place, variant: wanted.variant, percent: wanted.percent }
      : { kind: "set-split", ...place, split: { ...wanted.newSplit } };
  await makeChange(call, {
    server,
    isShare: true,
    nothing: sayNothingToRamp(wanted, key, chosen.rule),
    preface: sayKilled(config, key, environment),
    question: `${sayRamp(wanted, key, chosen.rule)} in ${environment}?`,
    later: { operations: [operation] },
    send: proposeOperations(server, [operation], expected),
  });
}
