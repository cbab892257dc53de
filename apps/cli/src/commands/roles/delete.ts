/** `dimmer roles delete NAME`: a role that nobody has goes. */

import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const deleteRole: Verb = { usage: "delete <name>", summary: "delete a role that nobody has", run: remove };

async function remove(call: Call): Promise<void> {
  const [name = ""] = call.args;
  await call.output.confirm(`Delete the role ${name}?`);
  const role = await openClient(call).deleteRole(name);
  await call.output.result(role, () => `Deleted the role ${role.name}.`);
}
