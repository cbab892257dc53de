/** `dimmer flags release FLAG`: the file that owned a flag owns it no more, and people edit it again. */

import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import { findFlag, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const releaseFlag: Verb = {
  usage: "release <flag>",
  summary: "let everybody edit a flag again that a file owns; the file takes it back with apply --own",
  options: CHANGE_OPTIONS,
  run: release,
};

async function release(call: Call): Promise<void> {
  const [key = ""] = call.args;
  const server = await openServer(call);
  const { revision, file } = await findFlag(server, key);
  await makeChange(call, {
    server,
    question: `Release ${key}${file === null ? "" : ` from ${file.name}`}?`,
    send: proposeOperations(server, [{ kind: "release-flag", flag: key }], { [`flags/${key}`]: revision }),
  });
}
