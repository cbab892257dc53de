/** The port between the engine and wherever its snapshots come from. */

import type { Issue } from "@dimmer/evaluation";
import type { SnapshotVersion } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Offer, Origin } from "../snapshot-holder.ts";

/**
 * Why a source is not live.
 *
 * `ended`      a stream that its server closed; nothing is wrong yet.
 * `network`    no answer: refused, reset, unresolved, TLS.
 * `timeout`    no answer in time, or a stream fallen silent.
 * `status`     an answer that is not a success; `status` says which.
 * `redirected` an answer that points elsewhere: not followed, because the key must not go there.
 * `payload`    an answer that is no snapshot or patch for us; what is held stays.
 * `file`       a file that cannot be read.
 */
export type FailureCode = "ended" | "network" | "timeout" | "status" | "redirected" | "payload" | "file";

/** Shape: `message` is a sentence for people and never holds a key; `issues` say what is wrong with a payload. */
export interface SourceFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly status?: number;
  /** How long the server asked us to stay away. */
  readonly retryAfterMs?: number;
  readonly issues?: readonly Issue[];
  readonly cause?: unknown;
}

/** What a source may tell the engine, and ask it. */
export interface SourceSink {
  /** What the engine holds, to ask for what follows it. */
  held(): SnapshotVersion | undefined;
  /** A `placeholder` gives way to whatever the source has later, of another environment as well. */
  offerSnapshot(data: unknown, origin?: Origin): Offer;
  offerPatch(data: unknown): Offer;
  /** The source was heard just now and what is held is current, or becomes so by what follows. */
  live(): void;
  /** The source is gone for now; it goes on trying by itself. */
  lost(failure: SourceFailure): void;
}

/** Shape: `close` stops everything at once and may be called twice; the sink hears nothing after it. */
export interface Source {
  close(): void;
}

export type SourcePorts = Ports & { readonly schedule: Schedule };

/** Starts a source; it must not throw, and may offer its first snapshot before it returns. */
export type OpenSource = (sink: SourceSink, ports: SourcePorts) => Source;
