/** `dimmer audit list`: one chain of the audit log, newest first. */

import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

export const listAudit: Verb = {
  usage: "list",
  summary: "the audit log, newest first",
  options: [
    ["--chain <name>", "installation or project/KEY; the widest that the token reaches unless named"],
    ["--limit <n>", "how many rows (50 unless given)"],
  ],
  run: list,
};

async function list(call: Call): Promise<void> {
  const rows = await openClient(call).listAudit(call.option("chain"), readLimit(call, 50));
  await call.output.result(rows, () =>
    call.output.table(
      ["row", "when", "who", "action", "details"],
      rows.map(({ sequence, at, actor, action, details }) => [
        String(sequence),
        at,
        actor?.name ?? "(erased)",
        action,
        JSON.stringify(details),
      ]),
    ),
  );
}
