/** Dimmer's native client, asked for the whole details of each answer. */

import { NO_VALUE, openReady } from "./dimmer.mjs";
import { dimmerContext } from "./dimmer-engine.mjs";

export { writeConfig } from "./dimmer-engine.mjs";

export async function start(path) {
  const client = await openReady(path);
  return {
    context: dimmerContext,
    calls: {
      a: (key, context) => client.booleanDetails(key, context, false),
      b: (key, context) => client.booleanDetails(key, context, false),
      c: (key, context) => client.objectDetails(key, context, NO_VALUE),
    },
    close: () => client.close(),
  };
}
