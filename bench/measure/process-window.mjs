/** What a stretch of work cost the process it ran in: CPU, memory, and how long its event loop stood still. */

import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;

/**
 * Opens a window that can be started again and again.
 *
 * Shape:  `end()` gives CPU milliseconds of the whole process, the longest stall of the event loop in milliseconds, and the
 *         resident bytes at that moment, after a collection where the process was started with `--expose-gc`.
 */
export function openWindow() {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let cpu;
  return {
    start() {
      loop.reset();
      loop.enable();
      cpu = process.cpuUsage();
      return true;
    },
    end() {
      const { user, system } = process.cpuUsage(cpu);
      loop.disable();
      // Before the collection, which stops the loop too.
      const stallMs = Math.max(0, loop.max / 1e6 - RESOLUTION_MS);
      globalThis.gc?.();
      return { cpuMs: (user + system) / 1_000, stallMs, rssBytes: process.memoryUsage.rss() };
    },
  };
}
