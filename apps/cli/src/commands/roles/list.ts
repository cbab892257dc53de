/** `dimmer roles list`: the roles that can be given, and what each one allows. */

import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listRoles: Verb = { usage: "list", summary: "the roles that can be given, and what each one allows", run: list };

async function list(call: Call): Promise<void> {
  const roles = await openClient(call).listRoles();
  await call.output.result(roles, () =>
    call.output.table(
      ["name", "from", "rights", "description"],
      roles.map((role) => [role.name, role.isBuiltIn ? "Dimmer" : "here", role.rights.join(" "), role.description]),
    ),
  );
}
