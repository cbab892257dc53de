/** `dimmer snippets set NAME FILE`: writes a snippet, as its next version. */

import { readText } from "../../document/read-document.ts";
import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const setSnippet: Verb = {
  usage: "set <snippet> [file]",
  summary: "write a snippet from a file or from --text, as its next version; nobody's prompt changes by it",
  options: [["--text <text>", "the text, instead of a file"]],
  examples: ["snippets set tone tone.md", "snippets set tone --text 'Be brief and kind.'"],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [name = "", file] = call.args;
  const given = call.option("text");
  if ((given === undefined) === (file === undefined)) throw wrongUsage("Give a file or --text, and not both.");
  // The end of a file is no part of the sentence that stands before it.
  const text = given ?? (await readText(call.io.cwd, file ?? "")).replace(/\r?\n$/u, "");
  const { client, project } = await openServer(call);
  const snippet = await client.setSnippet(project, name, text);
  await call.output.result(snippet, () => `${name} is at version ${snippet.version}.`);
  call.output.say(`Prompts use it as {% snippet '${name}' %}. Which ones do: dimmer snippets where ${name}`);
}
