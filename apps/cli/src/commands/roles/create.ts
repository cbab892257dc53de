/** `dimmer roles create NAME --rights …`: a role of your own. */

import { type Right, RIGHTS } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const createRole: Verb = {
  usage: "create <name>",
  summary: "make a role out of rights",
  options: [
    ["--rights <rights...>", "what it allows, such as read flag.kill"],
    ["--description <text>", "whom it is for"],
  ],
  examples: ["roles create night-shift --rights read flag.kill flag.restore --description 'on call at night'"],
  run: create,
};

async function create(call: Call): Promise<void> {
  const [name = ""] = call.args;
  const description = call.option("description");
  const rights = call.list("rights").map(readRight);
  if (rights.length === 0) throw wrongUsage(`What may ${name} do? Say --rights, some of: ${RIGHTS.join(" ")}.`);
  const about = description === undefined ? {} : { description };
  const role = await openClient(call).createRole({ name, rights, ...about });
  await call.output.result(role, () => `Created the role ${role.name}: ${role.rights.join(", ")}.`);
}

function readRight(text: string): Right {
  const right = RIGHTS.find((known) => known === text);
  if (right === undefined) throw wrongUsage(`There is no right ${text}.`, didYouMean(text, RIGHTS));
  return right;
}
