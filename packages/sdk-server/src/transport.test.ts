/** The whole client against a real server over real sockets. */

import { afterEach, expect, test } from "vitest";
import { openDeliveryServer, SERVER_KEY, type DeliveryServer } from "../test/delivery-server.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { waitUntil } from "../test/wait-until.ts";
import type { Dimmer } from "./client.ts";
import { openDimmer } from "./open-dimmer.ts";
import type { DimmerOptions } from "./options.ts";

const opened: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await (one.close?.() ?? one.stop?.());
});

async function startServer(...args: Parameters<typeof openDeliveryServer>): Promise<DeliveryServer> {
  const server = await openDeliveryServer(...args);
  opened.push(server);
  return server;
}

const silent = { warn() {}, error() {} };

function connect(server: DeliveryServer, options: DimmerOptions = {}): Dimmer {
  const client = openDimmer({ url: server.url, key: SERVER_KEY, logger: silent, ...options });
  opened.push(client);
  return client;
}

test("the first snapshot answers, and a change arrives over the stream", async () => {
  const server = await startServer(testSnapshot());
  const client = connect(server);
  expect(client.boolean("bool", {}, false)).toBe(false);
  expect(await client.ready()).toEqual({ isReady: true, status: "READY" });
  expect(client.boolean("bool", {}, false)).toBe(true);

  await waitUntil("the stream", () => server.openStreams === 1);
  server.publish({ flags: { bool: staticFlag("boolean", "two", 2) } });
  await waitUntil("the change", () => client.boolean("bool", {}, true) === false);
  expect(client.snapshotVersion).toEqual({ epoch: "e1", version: 2 });
});
