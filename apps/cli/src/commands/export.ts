/** `dimmer export`: the whole project as one document. */

import { writeYaml } from "../document/write-document.ts";
import { openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const exportDocument: Verb = {
  usage: "export",
  summary: "all flags and segments as one document (YAML, or JSON with --json), with every stored split",
  examples: ["export > dimmer.yaml"],
  run: writeDocument,
};

async function writeDocument(call: Call): Promise<void> {
  const server = await openServer(call);
  const document = await server.client.exportDocument(server.project);
  await call.output.result(document, () => writeYaml(document).trimEnd());
}
