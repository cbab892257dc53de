/** `dimmer eval-suites list`: the suites that the project keeps. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listEvalSuites: Verb = {
  usage: "list",
  summary: "the suites that the project keeps, the newest version of each",
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const suites = await client.listEvalSuites(project);
  const rows = suites.map(({ name, number, version, itemCount, repeats, scorers, createdAt }) => [
    name,
    String(number),
    version ?? "",
    String(itemCount),
    String(repeats),
    scorers.join(", "),
    createdAt,
  ]);
  await call.output.result(suites, () =>
    rows.length === 0
      ? "None yet. Keep one: dimmer eval-suites push <file>"
      : call.output.table(["suite", "number", "version", "items", "repeats", "scorers", "pushed"], rows),
  );
}
