/** Counts what the server itself evaluates, as an SDK counts what it does, and hands it to the intake. */

import type { Evaluation, Snapshot } from "@dimmer/evaluation";
import { type Bucket, openBucket } from "@dimmer/sdk-core";
import type { Place } from "../delivery/snapshot-hub.ts";
import { flagsIn } from "./admit-batch.ts";
import type { Intake } from "./intake.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import type { TelemetrySource } from "./telemetry-store.ts";

export interface OwnEvaluations {
  count(from: Place & { readonly source: TelemetrySource }, evaluation: Evaluation, context: unknown): void;
  /** Hands over what is counted. */
  close(): void;
}

export interface OwnEvaluationsPorts {
  readonly intake: Pick<Intake, "take">;
  /** The environment as it is now; nothing where it is gone. */
  readonly snapshotOf: (place: Place) => Pick<Snapshot, "flags" | "context"> | undefined;
  readonly clock: () => number;
  readonly drawId: () => string;
}

interface Counting {
  readonly bucket: Bucket;
  overflowed: number;
  timer: NodeJS.Timeout | undefined;
  readonly handOver: () => void;
}

export function openOwnEvaluations({ intake, snapshotOf, clock, drawId }: OwnEvaluationsPorts): OwnEvaluations {
  const countings = new Map<string, Counting>();

  const open = (from: Place & { readonly source: TelemetrySource }): Counting => {
    const counting: Counting = {
      overflowed: 0,
      timer: undefined,
      bucket: openBucket({
        opened() {
          counting.timer = setTimeout(counting.handOver, TELEMETRY_LIMITS.ownBucketMs).unref();
          return clock();
        },
        overflowed: () => void counting.overflowed++,
        declared: () => snapshotOf(from)?.context,
      }),
      handOver() {
        clearTimeout(counting.timer);
        const sealed = counting.bucket.seal();
        const snapshot = snapshotOf(from);
        if (sealed === undefined || snapshot === undefined) return;
        intake.take(from, { format: 1, batch: drawId(), dropped: counting.overflowed, ...sealed }, flagsIn(snapshot));
        counting.overflowed = 0;
      },
    };
    return counting;
  };

  return {
    count(from, evaluation, context) {
      const name = JSON.stringify([from.project, from.environment, from.source]);
      const counting = countings.get(name) ?? open(from);
      countings.set(name, counting);
      counting.bucket.count(evaluation, context);
    },
    close() {
      for (const { handOver } of countings.values()) handOver();
      countings.clear();
    },
  };
}
