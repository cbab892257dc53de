/** `dimmer snippets remove NAME`: it can be used no more; what was made with it stays. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const removeSnippet: Verb = {
  usage: "remove <snippet>",
  summary: "remove a snippet that no draft uses; values that were made with it stay as they are",
  examples: ["snippets remove tone"],
  run: remove,
};

async function remove(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const { client, project } = await openServer(call);
  const snippet = await client.removeSnippet(project, name);
  await call.output.result(snippet, () => `Removed ${name}; values that were made with it stay as they are.`);
}
