/** What `flags release` and `segments release` share: the file that owned it owns it no more, and people edit it again. */

import type { FileOwner, Operation } from "@dimmer/protocol";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "./change.ts";
import { openServer, type Server } from "./server.ts";
import type { Call, Verb } from "./verb.ts";

/** A noun that files can own. */
export interface OwnedNoun {
  readonly name: "flag" | "segment";
  readonly find: (
    server: Server,
    key: string,
  ) => Promise<{ readonly revision: number; readonly file: Pick<FileOwner, "name"> | null }>;
  readonly releaseOf: (key: string) => Operation;
}

export const releaseVerb = (noun: OwnedNoun): Verb => ({
  usage: `release <${noun.name}>`,
  summary: `let everybody edit a ${noun.name} again that a file owns; the file takes it back with apply --own`,
  options: CHANGE_OPTIONS,
  run: (call) => release(call, noun),
});

async function release(call: Call, { name, find, releaseOf }: OwnedNoun): Promise<void> {
  const [key = ""] = call.args;
  const server = await openServer(call);
  const { revision, file } = await find(server, key);
  await makeChange(call, {
    server,
    question: `Release ${key}${file === null ? "" : ` from ${file.name}`}?`,
    send: proposeOperations(server, [releaseOf(key)], { [`${name}s/${key}`]: revision }),
  });
}
