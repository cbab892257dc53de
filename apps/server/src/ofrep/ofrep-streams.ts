/** The open streams of OFREP: each hears that there is something to ask again, and never what. */

import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Audience } from "@dimmer/evaluation";
import type { OfrepRefetch } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "../delivery/limits.ts";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import { writeRetry } from "../delivery/sse.ts";
import { openReader, type StreamKey, type StreamReader } from "../delivery/stream-reader.ts";
import type { OfrepViews } from "./open-views.ts";

/** Milliseconds after which whoever finds all streams taken tries again; clients give up on a stream after 30 s. */
const FULL_RETRY_MS = 10_000;

export interface OfrepStreamPorts {
  readonly hub: SnapshotHub;
  readonly views: OfrepViews;
  readonly clock: () => number;
  /** In [0, 1); spreads the return of readers. */
  readonly random: () => number;
  readonly heartbeatMs: number;
  readonly onFailure: (error: unknown, what: string) => void;
  /** Open streams at most; the same as of SDKs unless a test says otherwise. */
  readonly maxStreams?: number;
}

export interface Listener extends Place {
  readonly audience: Audience;
  readonly key: StreamKey;
  /** The position that the listener's answers are of, as far as it knows. */
  readonly since: string | undefined;
}

export interface OfrepStreams {
  /** Opens a stream on a response whose head is sent already. */
  listen(response: ServerResponse, listener: Listener): void;
}

/** The readers of one environment and audience. */
interface Channel {
  /** Reader → the position it was last told of. */
  readonly readers: Map<StreamReader, string | undefined>;
  position: string;
  isSweeping: boolean;
}

export function openOfrepStreams(ports: OfrepStreamPorts): OfrepStreams {
  const channels = new Map<string, Channel>();
  const maxStreams = ports.maxStreams ?? DELIVERY_LIMITS.streams;
  const spread = (ms: number) => ms + ports.random() * DELIVERY_LIMITS.returnSpreadMs;
  let isClosed = false;
  let open = 0;

  const beats = setInterval(() => {
    const now = ports.clock();
    for (const { readers } of channels.values()) for (const reader of readers.keys()) reader.beat(now);
  }, ports.heartbeatMs);
  beats.unref();

  ports.hub.watch({
    changed(held) {
      const { project, environment } = held.snapshot;
      for (const audience of ["server", "browser"] as const) {
        const channel = channels.get(nameOf({ project, environment }, audience));
        if (channel === undefined) continue;
        const { position } = ports.views.of(held, audience);
        if (position === channel.position) continue;
        channel.position = position;
        sweep(channel).catch((error: unknown) => ports.onFailure(error, "OFREP fan-out"));
      }
    },
    keyDropped(id) {
      for (const { readers } of channels.values()) for (const reader of readers.keys()) if (reader.key.id === id) reader.cut();
    },
    closed() {
      isClosed = true;
      clearInterval(beats);
      for (const { readers } of channels.values())
        for (const reader of readers.keys()) reader.end(spread(DELIVERY_LIMITS.retryMs));
    },
  });

  return {
    listen(response, { project, environment, audience, key, since }) {
      // Not a refusal: an EventSource that is refused is closed for good, and its page asks for everything once a second.
      if (isClosed || open >= maxStreams) {
        response.end(writeRetry(spread(isClosed ? DELIVERY_LIMITS.retryMs : FULL_RETRY_MS)));
        return;
      }
      const name = nameOf({ project, environment }, audience);
      const held = ports.hub.held(project, environment);
      if (held === undefined) {
        response.end(writeRetry(spread(DELIVERY_LIMITS.retryMs)));
        return;
      }
      const channel = channels.get(name) ?? {
        readers: new Map<StreamReader, string | undefined>(),
        position: ports.views.of(held, audience).position,
        isSweeping: false,
      };
      channels.set(name, channel);
      open++;
      const reader = openReader(response, key, undefined, {
        clock: ports.clock,
        onReady: (ready) => bringUpToDate(channel, ready),
        onClosed: (closed) => {
          if (channel.readers.delete(closed)) open--;
          if (channel.readers.size === 0) channels.delete(name);
        },
      });
      channel.readers.set(reader, since);
      reader.write(writeRetry(DELIVERY_LIMITS.retryMs));
      bringUpToDate(channel, reader);
    },
  };
}

const nameOf = ({ project, environment }: Place, audience: Audience) => JSON.stringify([audience, project, environment]);

/** Tells a slice of the readers, then lets the event loop breathe; whoever joins meanwhile is up to date. */
async function sweep(channel: Channel): Promise<void> {
  if (channel.isSweeping) return;
  channel.isSweeping = true;
  try {
    let told: string;
    do {
      told = channel.position;
      let written = 0;
      for (const reader of channel.readers.keys()) {
        bringUpToDate(channel, reader);
        if (++written % DELIVERY_LIMITS.slice === 0) await nextTurn();
      }
    } while (told !== channel.position);
  } finally {
    channel.isSweeping = false;
  }
}

/** One event however much has changed: it says nothing but that something has. */
function bringUpToDate(channel: Channel, reader: StreamReader): void {
  if (!reader.isReady() || channel.readers.get(reader) === channel.position) return;
  channel.readers.set(reader, channel.position);
  reader.write(writeRefetch(channel.position));
}

/**
 * Without an id: a reader that was told and could not ask must be told again when it comes back, and so it comes back with the
 * position that its address was made for.
 */
function writeRefetch(etag: string): Buffer {
  return Buffer.from(`event: message\ndata: ${JSON.stringify({ type: "refetchEvaluation", etag } satisfies OfrepRefetch)}\n\n`);
}
