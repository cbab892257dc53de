/** Node's side of the engine's ports: clocks, chance, fetch, HMAC and a timer that does not keep the process alive. */

import { createHmac } from "node:crypto";
import type { Hmac } from "@dimmer/evaluation";
import { type Ports, webGzip } from "@dimmer/sdk-core";
import type { DimmerOptions, Logger } from "./options.ts";
import { fetchUnreferenced } from "./unreferenced-fetch.ts";

export function nodePorts({ holdProcess = false, logger = warningLogger }: Pick<DimmerOptions, "holdProcess" | "logger">): Ports {
  return {
    clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => Math.random(),
    fetch: holdProcess ? (url, init) => fetch(url, init) : fetchUnreferenced,
    setTimer(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      if (!holdProcess) timer.unref();
      return () => clearTimeout(timer);
    },
    compress: webGzip(),
    log: (level, message) => logger[level]?.(`Dimmer: ${message}`),
  };
}

/** What tokens are signed with. */
export const hmacSha256: Hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** Node's own way to warn: to stderr, with a name to filter by, and never an exception. */
const warningLogger: Logger = {
  warn: (message) => process.emitWarning(message, "DimmerWarning"),
  error: (message) => process.emitWarning(message, "DimmerWarning"),
};
