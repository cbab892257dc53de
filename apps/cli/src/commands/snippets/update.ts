/** `dimmer snippets update NAME`: drafts anew, with its newest text, what was made with an older one. */

import { draftAnew, type FlagView } from "@dimmer/protocol";
import { CHANGE_OPTIONS, makeChange, proposeOperations } from "../../change.ts";
import { plural } from "../../output/issues.ts";
import { findFlag, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const updateSnippet: Verb = {
  usage: "update <snippet> [flags...]",
  summary: "draft anew, with the newest text of a snippet, what was made with an older one; nothing is published",
  options: [...CHANGE_OPTIONS],
  examples: ["snippets update tone", "snippets update tone summarizer --yes"],
  run: update,
};

async function update(call: Call): Promise<void> {
  const [name = "", ...chosen] = call.args;
  const server = await openServer(call);
  const snippet = await server.client.getSnippet(server.project, name);
  const keys = [...new Set(snippet.uses.map(({ flag }) => flag))].filter((key) => chosen.length === 0 || chosen.includes(key));
  const flags: FlagView[] = [];
  for (const key of keys) flags.push(await findFlag(server, key));
  const { operations, expected, left } = draftAnew(flags, snippet);
  for (const place of left) call.output.warn(`${place} has a draft without ${name}, which is left as it is.`);
  const nothing = `Nothing to do: what uses ${name} was made with version ${snippet.version}, the newest.`;
  if (operations.length === 0) return await call.output.result({ change: null }, () => nothing);
  await makeChange(call, {
    server,
    nothing,
    question: `Draft ${plural(operations.length, "value")} anew with version ${snippet.version} of ${name}?`,
    preface: operations.map(({ flag, variant }) => `  ${flag}:${variant}`),
    send: proposeOperations(server, operations, expected),
  });
  if (call.has("dry-run")) return;
  for (const { flag, variant } of operations) call.output.say(`Publish with: dimmer publish ${flag} ${variant}`);
}
