/** `dimmer metric-definitions list`: what the project says of the metrics that its apps tell. */

import type { MetricDefinitionView } from "@dimmer/protocol";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listMetricDefinitions: Verb = {
  usage: "list",
  summary: "the metrics that the project defines",
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const found = await client.listMetricDefinitions(project);
  await call.output.result(found, () =>
    found.length === 0
      ? `Project ${project} defines no metric; those that apps tell are shown all the same.`
      : call.output.table(
          ["metric", "is the", "good is", "unit"],
          found.map((definition) => [definition.name, sayDefinition(definition), definition.direction, definition.unit ?? ""]),
        ),
  );
}

export function sayDefinition(definition: MetricDefinitionView): string {
  const { event } = definition;
  const cap = "cap" in definition && definition.cap !== undefined ? `, capped at ${definition.cap}` : "";
  if (definition.type === "rate") return `share of people with ${event}`;
  if (definition.type === "mean") return `mean of ${event}${cap}`;
  if (definition.type === "ratio") return `${event} per ${definition.per}${cap}`;
  return `${definition.quantile} quantile of ${event}${cap}`;
}
