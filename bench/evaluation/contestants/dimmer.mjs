/** Dimmer's native client over a snapshot that it holds: what an app calls. */

import { readFileSync } from "node:fs";
import { openDimmer } from "@dimmer/sdk-server";
import { dimmerContext } from "./dimmer-engine.mjs";

export { writeConfig } from "./dimmer-engine.mjs";

/** Opens the client with the snapshot; it checks it, as it would one from the network. */
export async function start(path) {
  const client = await openReady(path);
  return {
    context: dimmerContext,
    calls: {
      a: (key, context) => client.boolean(key, context, false),
      b: (key, context) => client.boolean(key, context, false),
      c: (key, context) => client.object(key, context, NO_VALUE),
    },
    close: () => client.close(),
  };
}

/** Fails where the client is not ready, so that nobody measures defaults. */
export async function openReady(path) {
  const client = openDimmer({ snapshot: JSON.parse(readFileSync(path, "utf8")) });
  const { isReady, failure } = await client.ready();
  if (!isReady) throw new Error(`the client is not ready: ${failure?.message}`);
  return client;
}

export const NO_VALUE = {};
