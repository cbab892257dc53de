/** `dimmer roles list`: the roles that can be given, and what each one allows. */

import type { RoleView } from "@dimmer/protocol";
import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listRoles: Verb = { usage: "list", summary: "the roles that can be given, and what each one allows", run: list };

async function list(call: Call): Promise<void> {
  const roles = await openClient(call).listRoles();
  await call.output.result(roles, () => roles.map(describe).join("\n"));
}

/** No table: the rights are what one looks for, and a table would cut them off. */
function describe({ name, description, rights, isBuiltIn }: RoleView): string {
  const about = description === "" ? "" : ` (${description})`;
  return `${name}${about}${isBuiltIn ? "" : ", made here"}: ${rights.join(", ")}`;
}
