/** `dimmer audit verify`: has anybody touched the audit log? */

import { EXIT } from "../../exit-codes.ts";
import { plural } from "../../output/issues.ts";
import { openClient } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const verifyAudit: Verb = {
  usage: "verify",
  summary: "prove that the audit log is whole, or name the first row that does not fit (exit code 1)",
  options: [["--chain <name>", "installation or project/KEY; every chain that the token reaches unless named"]],
  run: verify,
};

async function verify(call: Call): Promise<typeof EXIT.ok | typeof EXIT.failed> {
  const verdicts = await openClient(call).verifyAudit(call.option("chain"));
  const { paint } = call.output;
  await call.output.result(verdicts, () =>
    verdicts
      .map(({ chain, ok, rows, head, firstBad }) =>
        ok
          ? `${paint("green", "ok")}   ${chain}: ${plural(rows, "row")}, head ${head}`
          : `${paint("red", "BAD")}  ${chain}: row ${firstBad?.sequence ?? "?"}: ${firstBad?.why ?? "it does not fit"}`,
      )
      .join("\n"),
  );
  return verdicts.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}
