/** `dimmer canaries replay|renew|remove ID`. */

import type { CanaryView, Management } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const replayCanary = verb(
  "replay",
  "replay a canary set now, within its budget",
  (client, ...where) => client.replayCanary(...where),
  ({ name }) => `${name} is replayed as soon as there is room.`,
);
export const renewCanary = verb(
  "renew",
  "take what each variant does next as its new reference",
  (client, ...where) => client.renewCanary(...where),
  ({ name }) => `The next replay of ${name} is its reference.`,
);
export const removeCanary = verb(
  "remove",
  "remove a canary set with its results",
  (client, ...where) => client.removeCanary(...where),
  ({ name }) => `${name} is replayed no more.`,
);

function verb(
  name: string,
  summary: string,
  act: (client: Management, project: string, environment: string, id: string) => Promise<CanaryView>,
  say: (canary: CanaryView) => string,
): Verb {
  const run = async (call: Call): Promise<void> => {
    const [id = ""] = call.args;
    const { client, project, environment } = await openEnvironment(call);
    const canary = await act(client, project, environment, id);
    await call.output.result(canary, () => say(canary));
  };
  return { usage: `${name} <canary>`, summary, examples: [`canaries ${name} canary_4f0c…`], run };
}
