/** `dimmer connections list`: what models can be called through, and what that cost today. */

import { sayDollars } from "@dimmer/evaluation";
import type { ConnectionView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "./open-environment.ts";

export const listConnections: Verb = {
  usage: "list",
  summary: "what models can be called through, and what that cost today; never a credential",
  examples: ["connections list --environment production"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const { client, project, environment } = await openEnvironment(call);
  const connections = await client.listConnections(project, environment);
  const rows = connections.map((connection) => [
    connection.id,
    connection.name,
    connection.provider,
    connection.region ?? "any",
    describeUse(connection),
    connection.baseUrl,
  ]);
  await call.output.result(connections, () =>
    rows.length === 0
      ? `${environment} has none.`
      : call.output.table(["id", "name", "provider", "region", "today", "address"], rows),
  );
}

/** `12 calls, $0.03 of $5.00, 1 of unknown cost`. */
export function describeUse({ today, dailyBudgetMicroUsd }: ConnectionView): string {
  const budget = dailyBudgetMicroUsd === null ? "" : ` of ${sayDollars(dailyBudgetMicroUsd)}`;
  const unknown = today.unpriced === 0 ? "" : `, ${today.unpriced} of unknown cost`;
  return `${today.calls} ${today.calls === 1 ? "call" : "calls"}, ${sayDollars(today.costMicroUsd)}${budget}${unknown}`;
}
