/** `dimmer environments list`: the environments of a project and where each stands. */

import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listEnvironments: Verb = { usage: "list", summary: "the environments of the project", run: list };

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const found = await server.client.listEnvironments(server.project);
  await call.output.result(found, () =>
    call.output.table(
      ["environment", "version", "production", "review", "evals", "name"],
      found.map(({ key, version, production, requireReview, requireEvals, name }) => [
        key,
        String(version),
        production ? "yes" : "no",
        requireReview === 0 ? "no" : plural(requireReview, "approval"),
        requireEvals.length === 0 ? "no" : `${requireEvals.length} required`,
        name,
      ]),
    ),
  );
}
