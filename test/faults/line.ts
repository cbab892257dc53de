/** The real server, the real SDK, and a line between them that a test breaks. */

import { openManagement, type Management, type Operation } from "@dimmer/protocol";
import { openDimmer, type Dimmer } from "@dimmer/sdk-server";
import { startServer } from "@dimmer/server";
import { onTestFinished } from "vitest";
import { drawKeys } from "../e2e/processes.ts";
import { openFaultProxy, type FaultProxy } from "./fault-proxy.ts";

/** Ten times as fast as life: a second of the engine's waits is a tenth, so that a test of the 30 s backoff ends. */
const FACTOR = 10;

export interface Line {
  readonly proxy: FaultProxy;
  readonly url: string;
  readonly key: string;
  /** Sends one change past the proxy and gives the environment's version after it. */
  change(operation: Operation): Promise<number>;
  /** An SDK behind the proxy. */
  open(more?: { readonly speed?: number }): Dimmer;
}

export const KILL: Operation = { kind: "kill", flag: "ai-enabled", environment: "production" };
export const RESTORE: Operation = { kind: "restore", flag: "ai-enabled", environment: "production" };
export const isOn = (client: Dimmer): boolean => client.boolean("ai-enabled", { targetingKey: "user-1" }, false);

/** Opens a server with the demo project, and its proxy; all of it ends with the test. */
export async function openLine(options: { readonly heartbeatMs?: number; readonly seed?: number } = {}): Promise<Line> {
  const { token, key } = drawKeys();
  const server = await startServer({
    dataDir: ":memory:",
    port: 0,
    demo: true,
    logLevel: "silent",
    initAdminToken: token,
    initServerKey: key,
    heartbeatMs: options.heartbeatMs ?? 100,
  });
  onTestFinished(() => server.close());
  const proxy = await openFaultProxy(server.url, options.seed ?? 1);
  onTestFinished(() => proxy.close());
  return {
    proxy,
    url: proxy.url,
    key,
    change: changeBy(openManagement({ url: server.url, token })),
    open: (more) => openClient(proxy.url, key, more),
  };
}

export function changeBy(management: Management): Line["change"] {
  return async (operation) => {
    const { change } = await management.submitChange("demo", { operations: [operation] });
    return change?.versions["production"] ?? 0;
  };
}

/** Shape: `speed` is how many times as fast the engine's clock runs. */
export function openClient(url: string, key: string, { speed = FACTOR }: { readonly speed?: number } = {}): Dimmer {
  const client = openDimmer({ url, key, logger: { warn() {}, error() {} }, ports: hastenedBy(speed) });
  onTestFinished(() => client.close());
  return client;
}

/** The wall clock stays as it is; what is measured and waited for passes faster. */
function hastenedBy(speed: number) {
  return {
    clock: { now: () => Date.now(), monotonicMs: () => performance.now() * speed },
    setTimer(delayMs: number, run: () => void) {
      const timer = setTimeout(() => run(), delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}

/** Waits for what a real line does in its own time. */
export async function until(what: string, holds: () => boolean, limitMs = 15_000): Promise<number> {
  const startMs = performance.now();
  while (!holds()) {
    if (performance.now() - startMs > limitMs) throw new Error(`Waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - startMs;
}
