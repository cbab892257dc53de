/** `dimmer where MODEL`: the flags, variants and environments that use a model, and how many people get it there. */

import { sayPercent } from "@dimmer/evaluation";
import type { ModelPlace, ModelUse } from "@dimmer/protocol";
import { openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";
import { modelQueryOf } from "./model-query.ts";

export const where: Verb = {
  usage: "where [model]",
  summary: "show which flags use a model or a provider, in every environment unless one is named",
  options: [["--provider <provider>", "all models of this provider, or the named one of it"]],
  examples: ["where claude-opus-4-6", "where --provider anthropic --environment production"],
  run: showUses,
};

async function showUses(call: Call): Promise<void> {
  const query = modelQueryOf(call, call.args[0]);
  const { client, project } = await openServer(call);
  const uses = await client.listModelUses(project, query);
  const rows = uses.map((use) => [use.flag, use.variant, use.environment, use.model ?? "", describeUse(use)]);
  await call.output.result(uses, () =>
    rows.length === 0 ? "No flag uses it." : call.output.table(["flag", "variant", "environment", "model", "served to"], rows),
  );
}

function describeUse({ serves, killed, stopped, pinnedOnly }: ModelUse): string {
  if (pinnedOnly) return "sessions that hold an earlier version by their pin";
  const places = serves.length === 0 ? "nobody" : serves.map(describePlace).join(", ");
  const off = [...(killed ? ["flag killed"] : []), ...(stopped ? ["variant stopped"] : [])];
  return off.length === 0 ? places : `${off.join(", ")}; else ${places}`;
}

function describePlace({ kind, rule, percent }: ModelPlace): string {
  if (kind === "target") return "named people";
  if (kind === "else") return `the ineligible of ${rule === null ? "default" : `rule ${rule}`}`;
  const share = percent === null ? "" : ` ${sayPercent(percent)}`;
  return `${rule === null ? kind : `rule ${rule}`}${share}`;
}
