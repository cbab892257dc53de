/** `dimmer audit erase PERSON`: a person out of history and audit, with the chain still whole. */

import type { Erasure } from "@dimmer/protocol";
import { plural } from "../../output/issues.ts";
import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const eraseFromAudit: Verb = {
  usage: "erase <person>",
  summary: "erase a person from history, audit and telemetry for good; the chain still verifies",
  examples: ["audit erase user-7 --project demo"],
  run: erase,
};

async function erase(call: Call): Promise<void> {
  const [person = ""] = call.args;
  const { project } = call.settings;
  await call.output.confirm(
    `Erase ${person} from ${project === undefined ? "every project" : `project ${project}`} for good? This cannot be undone.`,
  );
  const erasure = await openClient(call).eraseFromAudit(person, project);
  await call.output.result(erasure, () => render(erasure));
}

function render({ erased, projects }: Erasure): string {
  const remaining = projects.flatMap(({ project, remaining }) =>
    remaining.map(
      (place) => `  ${project}: ${place.kind} ${place.key}${place.environment === "" ? "" : ` in ${place.environment}`}`,
    ),
  );
  const rest = remaining.length === 0 ? [] : ["Still named here; a change has to take it out:", ...remaining];
  const waiting = projects.filter(({ events }) => events === null).map(({ project }) => project);
  const later =
    waiting.length === 0
      ? []
      : [`The telemetry store is away; it forgets the person once it is back (${waiting.join(", ")}; dimmer telemetry show).`];
  return [`Erased in ${plural(erased, "place")}.`, ...later, ...rest].join("\n");
}
