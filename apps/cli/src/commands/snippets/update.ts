/** `dimmer snippets update NAME`: drafts anew, with its newest text, what was made with an older one. */

import type { JsonValue } from "@dimmer/evaluation";
import type { FlagView, SnippetDetails, WrittenValue } from "@dimmer/protocol";
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
  const drafts: Draft[] = [];
  for (const key of keys) drafts.push(...olderIn(call, await findFlag(server, key), snippet));
  const nothing = `Nothing to do: what uses ${name} was made with version ${snippet.version}, the newest.`;
  if (drafts.length === 0) return await call.output.result({ change: null }, () => nothing);
  await makeChange(call, {
    server,
    nothing,
    question: `Draft ${plural(drafts.length, "value")} anew with version ${snippet.version} of ${name}?`,
    preface: drafts.map(({ flag, variant }) => `  ${flag.key}:${variant}`),
    send: proposeOperations(
      server,
      drafts.map(({ flag, variant, value }) => ({ kind: "draft-value", flag: flag.key, variant, value })),
      Object.fromEntries(drafts.map(({ flag }) => [`flags/${flag.key}`, flag.revision])),
    ),
  });
  if (call.has("dry-run")) return;
  for (const { flag, variant } of drafts) call.output.say(`Publish with: dimmer publish ${flag.key} ${variant}`);
}

/** What somebody wrote, to be drafted again. */
interface Draft {
  readonly flag: FlagView;
  readonly variant: string;
  readonly value: JsonValue;
}

/** A draft is what people go on with, where there is one; one without the snippet is somebody's own. */
function olderIn(call: Call, flag: FlagView, snippet: SnippetDetails): readonly Draft[] {
  return Object.entries(flag.versions).flatMap(([variant, { hasDraft, written, draftWritten }]) => {
    const current = hasDraft ? draftWritten : written;
    if (current !== undefined && isOlder(current, snippet)) return [{ flag, variant, value: current.value }];
    if (hasDraft && written !== undefined && !uses(draftWritten, snippet) && isOlder(written, snippet))
      call.output.warn(`${flag.key}:${variant} has a draft without ${snippet.name}, which is left as it is.`);
    return [];
  });
}

const uses = (written: WrittenValue | undefined, { name }: SnippetDetails): boolean =>
  written !== undefined && Object.hasOwn(written.snippets, name);

const isOlder = (written: WrittenValue, snippet: SnippetDetails): boolean =>
  uses(written, snippet) && (written.snippets[snippet.name] ?? snippet.version) < snippet.version;
