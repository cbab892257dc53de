/** `dimmer history FLAG`: who changed what, when and why. */

import { describeChange } from "../output/describe-change.ts";
import { findFlag, openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { readLimit } from "./read-limit.ts";

export const history: Verb = {
  usage: "history <flag>",
  summary: "the changes of a flag, newest first",
  options: [["--limit <n>", "how many (20 unless given)"]],
  run: showHistory,
};

async function showHistory(call: Call): Promise<void> {
  const [key = ""] = call.args;
  const server = await openServer(call);
  await findFlag(server, key);
  const changes = await server.client.flagHistory(server.project, key, readLimit(call, 20));
  await call.output.result(changes, () => changes.map((change) => describeChange(change).join("\n")).join("\n"));
}
