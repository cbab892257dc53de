/** `dimmer snippets where NAME`: which values were made with a snippet, and with which version of it. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const whereSnippet: Verb = {
  usage: "where <snippet>",
  summary: "which drafts, newest versions and served values use a snippet, in which version of it",
  examples: ["snippets where tone"],
  run: where,
};

async function where(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project } = await openServer(call);
  const { uses, version: newest } = await client.getSnippet(project, name);
  await call.output.result(uses, () =>
    uses.length === 0
      ? `Nothing uses ${name}.`
      : call.output.table(
          ["variant", "value", `uses ${name}`, "served in"],
          uses.map(({ flag, variant, valueVersion, snippetVersion, environments }) => [
            `${flag}:${variant}`,
            valueVersion === null ? "draft" : `version ${valueVersion}`,
            snippetVersion === newest ? `${snippetVersion}, the newest` : `${snippetVersion}; ${newest} is newest`,
            environments.join(", "),
          ]),
        ),
  );
}
