/** `dimmer telemetry show`: how a project's telemetry is kept, and what its store still has to do. */

import type { ProjectTelemetryView } from "@dimmer/protocol";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showTelemetry: Verb = {
  usage: "show",
  summary: "whether targeting keys are kept as hashes, and what the telemetry store still has to do",
  run: show,
};

async function show(call: Call): Promise<void> {
  const { client, project } = await openServer(call);
  const view = await client.getProjectTelemetry(project);
  await call.output.result(view, () => sayTelemetry(view));
}

export function sayTelemetry({ hashTargetingKeys, chores }: ProjectTelemetryView): string {
  return [
    `Targeting keys are kept ${hashTargetingKeys ? "only as hashes" : "as they are"}.`,
    ...chores.map(({ kind, createdAt, attempts, nextAttemptAt }) => {
      const what = kind === "erase" ? "A person is still to be erased" : "Keys that are kept are still to be hashed";
      const tried = attempts === 0 ? "" : `; tried ${plural(attempts, "time")}, next at ${nextAttemptAt}`;
      return `  ${what}, since ${createdAt}${tried}.`;
    }),
  ].join("\n");
}
