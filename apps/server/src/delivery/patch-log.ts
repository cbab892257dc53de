/** The last steps of one environment, bounded by count and bytes, for readers that are a little behind. */

import type { SnapshotVersion } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "./limits.ts";

/** One step, as the bytes of its event. */
export interface PatchStep {
  readonly from: number;
  readonly version: number;
  readonly bytes: Buffer;
}

export interface PatchLog {
  /** Adds the next step; one of another epoch, or one that does not follow the last, starts the log afresh. */
  push(epoch: string, step: PatchStep): void;
  /** The step that leads on from there; undefined where the log does not hold it. */
  after(held: SnapshotVersion): PatchStep | undefined;
  clear(): void;
}

export function createPatchLog(limits: { readonly patches: number; readonly patchBytes: number } = DELIVERY_LIMITS): PatchLog {
  const steps = new Map<number, PatchStep>();
  let epoch: string | undefined;
  let end: number | undefined;
  let bytes = 0;
  const clear = () => {
    steps.clear();
    bytes = 0;
    end = undefined;
  };
  const dropOldest = () => {
    for (const [from, oldest] of steps) {
      if (steps.size <= limits.patches && bytes <= limits.patchBytes) return;
      steps.delete(from);
      bytes -= oldest.bytes.length;
    }
  };
  return {
    push(stepEpoch, step) {
      if (stepEpoch !== epoch || step.from !== end) clear();
      epoch = stepEpoch;
      end = step.version;
      steps.set(step.from, step);
      bytes += step.bytes.length;
      dropOldest();
    },
    after: (held) => (held.epoch === epoch ? steps.get(held.version) : undefined),
    clear,
  };
}
