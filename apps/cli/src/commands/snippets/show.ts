/** `dimmer snippets show NAME`: its text, or that of an earlier version. */

import { notFound } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

export const showSnippet: Verb = {
  usage: "show <snippet>",
  summary: "the text of a snippet, and nothing else",
  options: [["--version <n>", "of an earlier version"]],
  examples: ["snippets show tone", "snippets show tone --version 2 > tone.md"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const wanted = call.option("version");
  const { client, project } = await openServer(call);
  const snippet = await client.getSnippet(project, name);
  const number = wanted === undefined ? snippet.version : readCount(wanted, "--version");
  const found = snippet.versions.find(({ version }) => version === number);
  if (found === undefined) {
    const oldest = snippet.versions.at(-1)?.version ?? 1;
    throw notFound(`Snippet ${name} has no version ${number} that is shown.`, `It shows ${oldest} to ${snippet.version}.`);
  }
  await call.output.result(snippet, () => found.text);
}
