/** What an SDK tells its server of its evaluations: counted here, sent in batches, lost before it holds anything up. */

import type { Evaluation } from "@dimmer/evaluation";
import type { TelemetryBatch } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { openBucket, sumOf } from "./bucket.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOutbox } from "./outbox.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const EVALUATIONS_PATH = "/sdk/v1/evaluations";

/**
 * What became of every evaluation that was counted: evaluations = stored + dropped + inFlight.
 *
 * Shape:  `stored` are those that the server took; `dropped` those that found no room here or there, or could not be sent.
 */
export interface TelemetryCounts {
  readonly evaluations: number;
  readonly stored: number;
  readonly dropped: number;
  readonly inFlight: number;
}

/**
 * Shape:  `count` is called after every evaluation; all else happens by itself.
 * Errors: nothing throws or rejects; what cannot be sent is dropped, and counted.
 * Source: ADR-0026.
 */
export interface Telemetry {
  count(evaluation: Evaluation, context: unknown): void;
  counts(): TelemetryCounts;
  /** Sends what was counted; resolves when it is sent, or an attempt has failed. */
  flush(): Promise<void>;
  /** The same, within a bound, and then no more; what is left counts as dropped. */
  close(): Promise<void>;
}

export type OpenTelemetry = (ports: TelemetryPorts) => Telemetry;

/** Shape: `declared` is what the snapshot that is held says of contexts. */
export type TelemetryPorts = Ports & { readonly schedule: Schedule; readonly declared: () => unknown };

/** Telemetry for the server that the flags come from. */
export function remoteTelemetry(address: Address): OpenTelemetry {
  return (ports) => openTelemetry(address, ports);
}

function openTelemetry(address: Address, ports: TelemetryPorts): Telemetry {
  let overflowed = 0;
  let untold = 0;
  let cancelSeal = (): void => {};
  const outbox = openOutbox(address, EVALUATIONS_PATH, ports);

  const seal = (): void => {
    cancelSeal();
    const sealed = bucket.seal();
    if (sealed === undefined) return;
    const batch: TelemetryBatch = { format: 1, batch: drawBatchId(ports.random), dropped: untold, ...sealed };
    untold = 0;
    outbox.add({ weight: sumOf(sealed.evaluations), text: JSON.stringify(batch) });
  };

  const bucket = openBucket({
    opened() {
      const delayMs = TELEMETRY_LIMITS.bucketMs + ports.random() * TELEMETRY_LIMITS.bucketSpreadMs;
      cancelSeal = ports.schedule.after(delayMs, () => {
        seal();
        outbox.drainLater();
      });
      return ports.clock.now();
    },
    overflowed() {
      overflowed++;
      untold++;
    },
    declared: ports.declared,
  });

  return {
    count(evaluation, context) {
      if (outbox.isOpen) bucket.count(evaluation, context);
    },
    counts() {
      const { stored, dropped, waiting } = outbox.counts();
      const inFlight = bucket.counted() + waiting;
      return { evaluations: stored + dropped + overflowed + inFlight, stored, dropped: dropped + overflowed, inFlight };
    },
    flush() {
      seal();
      return outbox.drain();
    },
    close() {
      seal();
      return outbox.close();
    },
  };
}

const ID_CHARS = "0123456789abcdefghijklmnopqrstuv";

/** 130 bits of chance, so that no two batches of anybody share one. */
function drawBatchId(random: () => number): string {
  return Array.from({ length: 26 }, () => ID_CHARS.charAt(Math.min(31, Math.floor(random() * 32)))).join("");
}
