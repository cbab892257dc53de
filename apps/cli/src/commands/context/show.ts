/** `dimmer context show`: the attributes that a project declares. */

import type { AttributeDeclaration } from "@dimmer/evaluation";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showContext: Verb = {
  usage: "show",
  summary: "the attributes that the project declares of its contexts",
  run: show,
};

async function show(call: Call): Promise<void> {
  const server = await openServer(call);
  const view = await server.client.getContext(server.project);
  await call.output.result(view, () => {
    if (view.declaration === null) return `Project ${server.project} declares no attributes; write \`context:\` in its document.`;
    const { attributes, strict = false } = view.declaration;
    const rows = Object.entries(attributes).map(([name, attribute]) => [name, ...cellsOf(attribute)]);
    const table = call.output.table(["attribute", "type", "values", "", "description"], rows);
    return strict ? `${table}\nConditions on other attributes are refused.` : table;
  });
}

function cellsOf({ type, list, values, private: isPrivate, description }: AttributeDeclaration): string[] {
  return [
    list === true ? `list of ${type}` : type,
    values?.join(", ") ?? "any",
    isPrivate === true ? "private" : "",
    description ?? "",
  ];
}
