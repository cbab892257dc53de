/** Server-sent events as bytes, made once and shared by every reader. */

import { streamEventId, type SnapshotVersion, type StreamEvent } from "@dimmer/protocol";

export const HEARTBEAT = Buffer.from(": heartbeat\n\n");

/**
 * `id` only where the event leaves its reader at that version: `hello` and `refetch` carry none, so that a reader that breaks
 * off after them asks again from where it really is.
 */
export function writeEvent(event: StreamEvent): Buffer {
  const id = event.event === "patch" ? `id: ${streamEventId(event.data)}\n` : "";
  // JSON.stringify escapes line breaks, so the data is one line whatever a name or value holds.
  return Buffer.from(`event: ${event.event}\n${id}data: ${JSON.stringify(event.data)}\n\n`);
}

export const writeRetry = (ms: number) => Buffer.from(`retry: ${Math.round(ms)}\n\n`);

/** What a reader says it holds; undefined for everything that is not an event id of ours. */
export function readPosition(epoch: string | undefined, version: string | undefined): SnapshotVersion | undefined {
  if (epoch === undefined || version === undefined || !/^\d{1,15}$/u.test(version)) return undefined;
  return epoch === "" || epoch.length > 128 ? undefined : { epoch, version: Number(version) };
}

export function readEventId(id: string | undefined): SnapshotVersion | undefined {
  const at = id?.lastIndexOf(":") ?? -1;
  return id === undefined || at < 0 ? undefined : readPosition(id.slice(0, at), id.slice(at + 1));
}

/** What the ETag of a snapshot says its holder holds. */
export const readEtag = (etag: string | undefined) => readEventId(/^(?:W\/)?"(?<id>[^"]*)"$/u.exec(etag ?? "")?.groups?.["id"]);
