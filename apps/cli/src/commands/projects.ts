/** `dimmer projects`: what the token reaches. */

import { openClient } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const projects: Verb = {
  usage: "projects",
  summary: "the projects that the token reaches, and their environments",
  run: list,
};

async function list(call: Call): Promise<void> {
  const found = await openClient(call).listProjects();
  await call.output.result(found, () =>
    call.output.table(
      ["project", "name", "environments"],
      found.map(({ key, name, environments }) => [key, name, environments.map((one) => one.key).join(", ")]),
    ),
  );
}
