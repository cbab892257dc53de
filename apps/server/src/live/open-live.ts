/** Tells open pages of every change and notice, as it is made: each reader follows the logs of its project from where it came in. */

import type { ServerResponse } from "node:http";
import { LIVE_EVENT, LIVE_NOTICE, type LiveChange, type LiveNotice } from "@dimmer/protocol";
import { isInSight, sightOf } from "../access/authorise.ts";
import { narrowChange } from "../access/narrow.ts";
import type { Author } from "../flags/apply-change.ts";
import { viewChange } from "../flags/view-change.ts";
import type { StoreReader } from "../storage/store.ts";

/** Every bound of the live streams. */
export const LIVE_LIMITS = {
  /** Open pages. */
  readers: 1_000,
  /** Changes, and notices, that one look takes; a reader that is further behind is told to read anew. */
  changes: 50,
  /** Milliseconds between looks when nobody wakes it: another process may have written. */
  lookMs: 4_000,
  /** Bytes that may wait for a socket. */
  bufferedBytes: 256 * 1024,
} as const;

export type LiveLimits = { readonly [Name in keyof typeof LIVE_LIMITS]: number };

export interface LivePorts {
  readonly store: Pick<StoreReader, "listChanges" | "lastChangeSequence" | "listNotices" | "lastNoticeSequence">;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface LiveReader {
  readonly project: string;
  readonly author: Author;
  /** Asked at every look: whether whoever opened the stream still may. */
  readonly mayStay: () => Promise<boolean>;
}

export interface Live {
  hasRoom(): boolean;
  /** Follows a project until the response closes. */
  listen(response: ServerResponse, reader: LiveReader): Promise<void>;
  /** A change may have been made. */
  wake(): void;
  close(): void;
}

interface Stream extends LiveReader {
  readonly response: ServerResponse;
  sequence: number;
  notice: number;
}

/** Says that changes were missed: whoever shows anything reads it again. */
const MISSED = Buffer.from("event: missed\ndata: {}\n\n");
const HEARTBEAT = Buffer.from(": heartbeat\n\n");

export function openLive(ports: LivePorts, limits: LiveLimits = LIVE_LIMITS): Live {
  const streams = new Set<Stream>();
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;

  const look = async (): Promise<void> => {
    while (isAskedAgain) {
      isAskedAgain = false;
      for (const stream of streams) {
        await tellChanges(ports, stream, limits);
        await tellNotices(ports, stream, limits);
      }
    }
  };
  const wake = (): void => {
    if (streams.size === 0) return;
    isAskedAgain = true;
    looking ??= look()
      .catch((error: unknown) => ports.onFailure(error, "live"))
      .finally(() => (looking = undefined));
  };
  const beat = (): void => {
    for (const stream of streams) void keepOrEnd(stream).catch((error: unknown) => ports.onFailure(error, "live"));
    wake();
  };
  const beats = setInterval(beat, limits.lookMs).unref();

  return {
    hasRoom: () => streams.size < limits.readers,
    async listen(response, reader) {
      const sequence = await ports.store.lastChangeSequence(reader.project);
      const notice = await ports.store.lastNoticeSequence(reader.project);
      if (response.destroyed) return;
      const stream: Stream = { ...reader, response, sequence, notice };
      streams.add(stream);
      response.on("close", () => streams.delete(stream));
      response.on("error", () => response.destroy());
      response.write(HEARTBEAT);
      wake();
    },
    wake,
    close() {
      clearInterval(beats);
      for (const { response } of streams) response.end();
    },
  };
}

async function tellChanges({ store }: LivePorts, stream: Stream, limits: LiveLimits): Promise<void> {
  const limit = limits.changes + 1;
  const records = await store.listChanges(stream.project, { after: stream.sequence, limit });
  const newest = records.reduce((most, { sequence }) => Math.max(most, sequence), stream.sequence);
  stream.sequence = newest;
  if (records.length === limit) {
    stream.sequence = await store.lastChangeSequence(stream.project);
    write(stream, MISSED);
    return;
  }
  for (const record of [...records].sort((a, b) => a.sequence - b.sequence)) {
    const change = narrowChange(sightOf(stream.author, stream.project), viewChange(record));
    if (change === null) continue;
    const { id, sequence, actor, summary, effects } = change;
    const resources = [...new Set(effects.map(({ resource }) => resource))];
    const data: LiveChange = { id, sequence, actor: { id: actor.id, name: actor.name }, resources, summary };
    write(stream, Buffer.from(`event: ${LIVE_EVENT}\nid: ${sequence}\ndata: ${JSON.stringify(data)}\n\n`));
  }
}

async function tellNotices({ store }: LivePorts, stream: Stream, limits: LiveLimits): Promise<void> {
  const notices = await store.listNotices(stream.project, stream.notice, limits.changes + 1);
  if (notices.length > limits.changes) {
    stream.notice = await store.lastNoticeSequence(stream.project);
    write(stream, MISSED);
    return;
  }
  const sight = sightOf(stream.author, stream.project);
  for (const { sequence, body } of notices) {
    stream.notice = sequence;
    const { flag, environment } = body.data;
    if (!isInSight(sight, environment)) continue;
    const id = "rollout" in body.data ? body.data.rollout : body.data.id;
    const data: LiveNotice = { sequence, type: body.type, id, flag, environment };
    write(stream, Buffer.from(`event: ${LIVE_NOTICE}\ndata: ${JSON.stringify(data)}\n\n`));
  }
}

/** A page that does not read is cut off; it comes back and reads anew. */
function write({ response }: Stream, bytes: Buffer): void {
  if (response.writableLength > LIVE_LIMITS.bufferedBytes) response.destroy();
  else if (!response.writableEnded) response.write(bytes);
}

async function keepOrEnd(stream: Stream): Promise<void> {
  if (await stream.mayStay()) write(stream, HEARTBEAT);
  else stream.response.end();
}
