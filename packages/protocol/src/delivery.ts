/** What travels from the server to an SDK: snapshots, patches and the events of the stream. */

import type { Snapshot, SnapshotUpdate } from "@dimmer/evaluation";

export const SNAPSHOT_PATH = "/sdk/v1/snapshot";
export const STREAM_PATH = "/sdk/v1/stream";
/** Where an SDK that streams says what it has applied: `POST`, with a `SnapshotVersion` as its body. */
export const APPLIED_PATH = "/sdk/v1/applied";
/**
 * Who asks: `<name>/<version> <instance>`. The instance is drawn anew for each client that is opened, so that it says nothing
 * about the machine or the people on it.
 */
export const SDK_HEADER = "dimmer-sdk";
/** Where an SDK with a server key gets what signs and verifies the tokens of its environment: `SigningKeys`. */
export const SIGNING_KEYS_PATH = "/sdk/v1/signing-keys";
/**
 * What an app has switched off by itself, on every request of its SDK: `flag` or `flag:variant`, each percent-encoded, by comma.
 * Absent where it has switched off nothing.
 */
export const LOCAL_KILLS_HEADER = "dimmer-local-kills";
/** Milliseconds between the stream's heartbeats; a reader that hears nothing for two of them reconnects. */
export const HEARTBEAT_MS = 15_000;

/** Which state of an environment somebody holds. Versions compare only within one epoch. */
export interface SnapshotVersion {
  readonly epoch: string;
  readonly version: number;
}

/**
 * The step from one version of an environment to a later one.
 *
 * Shape:  changed and new flags and segments whole, new values by digest, tombstones for what is gone.
 * Errors: an SDK applies it only if it holds exactly `from` of `epoch`; else it fetches the snapshot.
 * Source: ADR-0005.
 */
export interface SnapshotPatch extends SnapshotUpdate {
  readonly format: 1;
  readonly from: number;
}

/**
 * The stream's events, by SSE event name. The event id is `<epoch>:<version>`; comments are heartbeats.
 *
 * `hello`   opens every stream and says what the server has; the reader asked with `?epoch=…&version=…` (or Last-Event-ID).
 * `patch`   follows in sequence from the version the reader asked with, where the server still holds the steps.
 * `refetch` says that it does not: fetch the snapshot (If-None-Match), then go on with the patches that follow on this stream.
 */
export type StreamEvent =
  | { readonly event: "hello"; readonly data: SnapshotVersion & { readonly heartbeatMs: number } }
  | { readonly event: "patch"; readonly data: SnapshotPatch }
  | { readonly event: "refetch"; readonly data: SnapshotVersion };

/**
 * What signs and verifies the tokens of an environment. Secret: an SDK holds it in memory and nowhere else.
 *
 * Shape:  `audience` is `project/environment`; the first key signs, the others verify what they signed; 32 bytes in base64url.
 * Source: ADR-0031.
 */
export interface SigningKeys {
  readonly audience: string;
  readonly keys: readonly { readonly id: string; readonly key: string }[];
}

/** Context attributes that carry tokens: what somebody trustworthy signed, which variants a preview wants, and what a session was served. */
export const CONTEXT_TOKEN = "dimmerContext";
export const OVERRIDES_TOKEN = "dimmerOverrides";
export const PIN_TOKEN = "dimmerPin";
/** The metadata of an OFREP answer in which a new pin comes. */
export const FRESH_PIN = "dimmerPinToken";
/** Where a preview carries its token: a request's header, a cookie, or a parameter of a link, all of this name. */
export const OVERRIDES_PARAMETER = "dimmer-overrides";

/** The strong ETag of a snapshot: `"<epoch>:<version>"`, quotes included. */
export const snapshotEtag = (held: SnapshotVersion): string => `"${held.epoch}:${held.version}"`;

/** The id of a stream event that leaves its reader at this version. */
export const streamEventId = (held: SnapshotVersion): string => `${held.epoch}:${held.version}`;

export type { Snapshot };
