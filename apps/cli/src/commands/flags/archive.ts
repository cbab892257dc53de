/** `dimmer flags archive|unarchive FLAG`: out of every snapshot, and back. */

import type { Operation } from "@dimmer/protocol";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import { describeServing } from "../../output/describe-flag.ts";
import { findFlag, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const archiveFlag: Verb = {
  usage: "archive <flag>",
  summary: "take a flag out of every environment; its callers get their defaults",
  options: CHANGE_OPTIONS,
  run: (call) => change(call, "archive-flag", "Archive"),
};

export const unarchiveFlag: Verb = {
  usage: "unarchive <flag>",
  summary: "bring an archived flag back as it was",
  options: CHANGE_OPTIONS,
  run: (call) => change(call, "unarchive-flag", "Unarchive"),
};

async function change(
  call: Call,
  kind: Extract<Operation["kind"], "archive-flag" | "unarchive-flag">,
  word: string,
): Promise<void> {
  const [key = ""] = call.args;
  const server = await openServer(call);
  const flag = await findFlag(server, key);
  const reach = Object.entries(flag.environments).map(
    ([environment, { config }]) => `  ${environment}: ${describeServing(config)}`,
  );
  await makeChange(call, {
    server,
    question: `${word} ${key}?`,
    preface: reach,
    send: proposeOperations(server, [{ kind, flag: key }], { [`flags/${key}`]: flag.revision }),
  });
}
