/** `dimmer snippets list`: the texts that the prompts of a project share. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listSnippets: Verb = { usage: "list", summary: "the texts that the project's prompts share", run: list };

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const found = await client.listSnippets(project);
  await call.output.result(found, () =>
    found.length === 0
      ? `Project ${project} has no snippets.`
      : call.output.table(
          ["snippet", "version", "characters", "begins"],
          found.map(({ name, version, text }) => [name, String(version), String(text.length), beginningOf(text)]),
        ),
  );
}

const SHOWN_CHARS = 60;

/** Its first line, as far as it fits. */
function beginningOf(text: string): string {
  const [line = ""] = text.trimStart().split("\n", 1);
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS - 1)}…` : line;
}
