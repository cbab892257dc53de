/** `dimmer segments list`: every segment and where it is filled. */

import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const listSegments: Verb = { usage: "list", summary: "every segment", run: list };

async function list(call: Call): Promise<void> {
  const server = await openServer(call);
  const segments = await server.client.listSegments(server.project);
  await call.output.result(segments, () =>
    segments.length === 0
      ? `Project ${server.project} has no segments.`
      : call.output.table(
          ["segment", "environments", "description"],
          segments.map(({ key, definition }) => [
            key,
            Object.keys(definition.environments ?? {}).join(", "),
            definition.description ?? "",
          ]),
        ),
  );
}
