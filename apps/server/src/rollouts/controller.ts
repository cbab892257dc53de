/** Looks at every rollout that has not ended, again and again. */

import { openPasses } from "../open-passes.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import { remember, type RolloutMemory } from "./rollout-memory.ts";
import { tickRollout, type TickPorts } from "./tick.ts";

export const TICK_MS = 10_000;
const RETRY_MS = 5_000;
/** Looked at together: each waits for telemetry most of its time. */
const AT_ONCE = 8;

export interface ControllerPorts extends TickPorts {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

export interface RolloutController {
  /** To be called at the start, and when a rollout was started or resumed. */
  wake(): void;
  /** Resolves when what runs has ended. */
  close(): Promise<void>;
}

/**
 * Shape:  all that it has in mind it can read again: a server that is killed goes on from the store. One rollout that fails holds up no
 *         other.
 * Errors: none; what fails is told to `onFailure`, and looked at again at the next look.
 * Source: ADR-0062; reliability I28, I29, F29.
 */
export function openRolloutController(ports: ControllerPorts): RolloutController {
  const memories = new Map<string, RolloutMemory>();
  let isClosed = false;

  async function look(record: RolloutRecord): Promise<void> {
    if (isClosed || record.state === "proposed") return;
    try {
      const memory = memories.get(record.id) ?? (await remember(ports.store, record));
      memories.set(record.id, memory);
      await tickRollout(ports, record, memory);
    } catch (error) {
      // What was half done is in the store or is not; what is in mind may be neither.
      memories.delete(record.id);
      ports.onFailure(error, `rollout ${record.id}`);
    }
  }

  async function runDue(): Promise<number> {
    const active = await ports.store.listActiveRollouts();
    const ids = new Set(active.map(({ id }) => id));
    for (const id of memories.keys()) if (!ids.has(id)) memories.delete(id);
    const waiting = [...active];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await look(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return TICK_MS;
  }

  const passes = openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "rollouts" });
  return {
    wake: () => passes.wake(),
    async close() {
      isClosed = true;
      await passes.close();
    },
  };
}
