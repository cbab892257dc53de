/** `dimmer telemetry hash-keys on|off`: whether targeting keys are kept only as keyed hashes. */

import { wrongUsage } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { sayTelemetry } from "./show.ts";

export const hashKeys: Verb = {
  usage: "hash-keys <on|off>",
  summary: "keep targeting keys only as keyed hashes, those that are kept already, too; or from now on as they are",
  examples: ["telemetry hash-keys on"],
  run: set,
};

async function set(call: Call): Promise<void> {
  const [choice = ""] = call.args;
  if (choice !== "on" && choice !== "off") throw wrongUsage(`Say on or off, not ${choice}.`);
  const { client, project } = await openServer(call);
  if (choice === "on")
    await call.output.confirm(`Hash every targeting key that is kept of project ${project}? Nobody can read them afterwards.`);
  const view = await client.setProjectTelemetry(project, { hashTargetingKeys: choice === "on" });
  await call.output.result(view, () => sayTelemetry(view));
}
