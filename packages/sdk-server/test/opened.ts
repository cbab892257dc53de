/** Closes after each test what the test opened. */

import { afterEach } from "vitest";
import type { Dimmer } from "../src/client.ts";
import { openDimmer } from "../src/open-dimmer.ts";
import type { DimmerOptions } from "../src/options.ts";
import { openDeliveryServer, SERVER_KEY, type DeliveryServer } from "./delivery-server.ts";
import { hastened } from "./hasten.ts";

/** For clients whose failures the test looks at itself. */
export const silent = { warn() {}, error() {} };

/** Registers the clean-up with the test file that calls it. */
export function openThings() {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const open = (options: DimmerOptions): Dimmer => {
    const client = openDimmer({ logger: silent, ports: hastened, ...options });
    closing.push(() => client.close());
    return client;
  };
  return {
    open,
    connect: (server: DeliveryServer, options: DimmerOptions = {}) => open({ url: server.url, key: SERVER_KEY, ...options }),
    startServer: async (...args: Parameters<typeof openDeliveryServer>): Promise<DeliveryServer> => {
      const server = await openDeliveryServer(...args);
      closing.push(() => server.stop());
      return server;
    },
    later: (close: () => Promise<void>): void => void closing.push(close),
  };
}
