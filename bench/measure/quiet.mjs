/** Waits, for a bounded time, until the machine has a core to spare. */

import { availableParallelism, cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 400;
const LOOKS = 15;

/** Returns when one core's worth of time was idle, or after six seconds whatever happens. */
export async function waitForQuiet() {
  const wanted = 0.9 / availableParallelism();
  for (let look = 0; look < LOOKS; look++) {
    const before = totals();
    await sleep(LOOK_MS);
    const after = totals();
    if ((after.idle - before.idle) / (after.all - before.all) >= wanted) return;
  }
}

function totals() {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const all = times.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq + time.idle, 0);
  return { idle, all };
}
