/** `dimmer followed`: the file that the server follows for a project, and what became of it. */

import type { FollowedFile } from "@dimmer/protocol";
import { EXIT } from "../exit-codes.ts";
import type { Paint } from "../output/output.ts";
import { openServer } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const followed: Verb = {
  usage: "followed",
  summary: "the file that the server follows, and whether it could be applied; exit code 1 where it could not",
  run: show,
};

async function show(call: Call): Promise<typeof EXIT.ok | typeof EXIT.failed> {
  const { client, project } = await openServer(call);
  const file = await client.getFollowedFile(project);
  await call.output.result(file, () => render(file, call.output.paint).join("\n"));
  return file.state === "failed" ? EXIT.failed : EXIT.ok;
}

function render({ file, project, state, commit, appliedAt, change, problem }: FollowedFile, paint: Paint): string[] {
  const at = commit === null ? "" : ` at commit ${commit.slice(0, 12)}`;
  const applied = appliedAt === null ? "never applied since the server started" : `applied ${appliedAt}${at}`;
  return [
    `${paint(state === "failed" ? "red" : "green", "●")} project ${project} follows ${file}: ${applied}`,
    ...(change === null ? [] : [`  last change: ${change}`]),
    ...(problem === null ? [] : [`  not applied as it is now: ${problem.message}`]),
    ...(problem?.issues ?? []).map(({ path, message, mend }) => `    ${path || "/"}: ${message}; ${mend}`),
  ];
}
