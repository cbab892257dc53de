/** How much CPU time the main thread has had: on a shared machine the only clock by which rates compare. */

import { readFileSync } from "node:fs";

const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;

/** `schedstat` counts the main thread alone; elsewhere the whole process stands in, helper threads included. */
export const CLOCK = canReadSchedstat() ? "main thread (schedstat)" : "whole process (process.cpuUsage)";

/** Nanoseconds on the CPU, and nanoseconds spent ready but waiting for one (0 where nobody tells). */
export const readMainThread = canReadSchedstat() ? readSchedstat : readProcess;

/** Times a piece of work: milliseconds of CPU, of wall clock, and waiting. */
export async function timeWork(work) {
  const wallBefore = performance.now();
  const before = readMainThread();
  await work();
  const after = readMainThread();
  return {
    cpuMs: (after.cpuNs - before.cpuNs) / 1e6,
    waitMs: (after.waitNs - before.waitNs) / 1e6,
    wallMs: performance.now() - wallBefore,
  };
}

function canReadSchedstat() {
  try {
    return readSchedstat().cpuNs > 0;
  } catch {
    return false;
  }
}

function readSchedstat() {
  const [cpuNs, waitNs] = readFileSync(SCHEDSTAT, "latin1").split(" ").map(Number);
  return { cpuNs, waitNs };
}

function readProcess() {
  const { user, system } = process.cpuUsage();
  return { cpuNs: (user + system) * 1_000, waitNs: 0 };
}
