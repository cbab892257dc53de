/** A real HTTP server on 127.0.0.1 that speaks `packages/protocol/src/delivery.ts`, and breaks it in every way a test asks for. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Snapshot, SnapshotFlag, SnapshotSegment } from "@dimmer/evaluation";
import {
  SNAPSHOT_PATH,
  snapshotEtag,
  STREAM_PATH,
  streamEventId,
  type SnapshotPatch,
  type SnapshotVersion,
} from "@dimmer/protocol";

export const SERVER_KEY = "dmr_test_key_0123456789";

/** Takes over a request instead of the protocol; returns false to let the protocol answer. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface DeliveryServer {
  readonly url: string;
  readonly key: string;
  /** Paths in the order they were asked for, with their query. */
  readonly requests: readonly string[];
  /** Streams that are open now, and the most that ever were at once. */
  readonly openStreams: number;
  readonly mostStreams: number;
  /** Streams that have been told hello so far, and heartbeats that were sent. */
  readonly hellos: number;
  readonly heartbeats: number;
  readonly snapshot: Snapshot;
  /** Goes on to the next version; streams get the patch. */
  publish(edit: Edit): void;
  /** Replaces everything, also with another epoch; streams are told to refetch. */
  replace(snapshot: Snapshot): void;
  /** Writes raw bytes to every stream. */
  write(text: string): void;
  writeBytes(bytes: Buffer): void;
  /** Ends every stream in good order, after `retry:` if given. */
  endStreams(retryMs?: number): void;
  /** Cuts every connection. */
  cut(): void;
  /** Sends no heartbeats from now on. */
  mute(): void;
  interfere(interference: Interference | undefined): void;
  /** Stops listening and cuts; `restart` listens on the same port again. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

export interface Edit {
  readonly flags?: Readonly<Record<string, SnapshotFlag>>;
  readonly segments?: Readonly<Record<string, SnapshotSegment>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly removed?: readonly string[];
}

export async function openDeliveryServer(
  first: Snapshot,
  options: { readonly heartbeatMs?: number; readonly announcedMs?: number; readonly history?: number } = {},
): Promise<DeliveryServer> {
  const heartbeatMs = options.heartbeatMs ?? 15_000;
  const requests: string[] = [];
  const streams = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let snapshot = first;
  let patches: SnapshotPatch[] = [];
  let interference: Interference | undefined;
  let mostStreams = 0;
  let hellos = 0;
  let heartbeats = 0;
  let isMuted = false;

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request.url ?? "");
    if (interference?.(request, response) === true) return;
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://server");
    if (request.headers.authorization !== `Bearer ${SERVER_KEY}`) return sendProblem(response, 401);
    if (pathname === SNAPSHOT_PATH) return sendSnapshot(request, response, snapshot);
    if (pathname !== STREAM_PATH) return sendProblem(response, 404);
    openStream(response, searchParams);
  };

  const openStream = (response: ServerResponse, asked: URLSearchParams): void => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    streams.add(response);
    mostStreams = Math.max(mostStreams, streams.size);
    const heartbeat = setInterval(() => {
      if (isMuted) return;
      response.write(": heartbeat\n\n");
      heartbeats += 1;
    }, heartbeatMs);
    response.on("close", () => {
      clearInterval(heartbeat);
      streams.delete(response);
    });
    hellos += 1;
    send(response, "hello", {
      epoch: snapshot.epoch,
      version: snapshot.version,
      heartbeatMs: options.announcedMs ?? heartbeatMs,
    });
    const held = { epoch: asked.get("epoch"), version: Number(asked.get("version") ?? Number.NaN) };
    const missed = held.epoch === snapshot.epoch ? stepsFrom(patches, held.version, snapshot.version) : undefined;
    if (missed === undefined) send(response, "refetch", { epoch: snapshot.epoch, version: snapshot.version });
    else for (const patch of missed) send(response, "patch", patch);
  };

  const server: Server = createServer(handle);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  /** Nothing is written to a stream that the server has given up. */
  const takeStreams = (): readonly ServerResponse[] => {
    const taken = [...streams];
    streams.clear();
    return taken;
  };
  const cut = (): void => {
    takeStreams();
    for (const socket of sockets) socket.destroy();
  };

  return {
    url: `http://127.0.0.1:${port}`,
    key: SERVER_KEY,
    requests,
    get openStreams() {
      return streams.size;
    },
    get mostStreams() {
      return mostStreams;
    },
    get hellos() {
      return hellos;
    },
    get heartbeats() {
      return heartbeats;
    },
    get snapshot() {
      return snapshot;
    },
    publish(edit) {
      const patch = patchOf(snapshot, edit);
      snapshot = applied(snapshot, patch);
      patches = [...patches, patch].slice(-(options.history ?? 100));
      for (const stream of streams) send(stream, "patch", patch);
    },
    replace(next) {
      snapshot = next;
      patches = [];
      for (const stream of streams) send(stream, "refetch", { epoch: next.epoch, version: next.version });
    },
    write(text) {
      for (const stream of streams) stream.write(text);
    },
    writeBytes(bytes) {
      for (const stream of streams) stream.write(bytes);
    },
    endStreams(retryMs) {
      for (const stream of takeStreams()) stream.end(retryMs === undefined ? "" : `retry: ${retryMs}\n\n`);
    },
    cut,
    mute() {
      isMuted = true;
    },
    interfere(next) {
      interference = next;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
    restart: () => listen(server, port),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
}

function sendProblem(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ status }));
}

function sendSnapshot(request: IncomingMessage, response: ServerResponse, snapshot: Snapshot): void {
  const etag = snapshotEtag(snapshot);
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
  response.writeHead(200, { "content-type": "application/json", etag }).end(JSON.stringify(snapshot));
}

function send<T extends SnapshotVersion>(stream: ServerResponse, event: string, data: T): void {
  stream.write(`event: ${event}\nid: ${streamEventId(data)}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The steps after `version`, where all of them are still known. */
function stepsFrom(patches: readonly SnapshotPatch[], version: number, newest: number): readonly SnapshotPatch[] | undefined {
  if (version === newest) return [];
  const at = patches.findIndex(({ from }) => from === version);
  return at < 0 ? undefined : patches.slice(at);
}

export function patchOf(snapshot: Snapshot, { flags = {}, segments = {}, values = {}, removed = [] }: Edit): SnapshotPatch {
  const { epoch, version } = snapshot;
  return {
    format: 1,
    epoch,
    from: version,
    version: version + 1,
    flags,
    segments,
    values,
    removed: { flags: removed, segments: [], values: [] },
  };
}

function applied(snapshot: Snapshot, patch: SnapshotPatch): Snapshot {
  const flags = { ...snapshot.flags, ...patch.flags };
  for (const key of patch.removed.flags) delete (flags as Record<string, SnapshotFlag>)[key];
  const { segments, values } = snapshot;
  return {
    ...snapshot,
    version: patch.version,
    flags,
    segments: { ...segments, ...patch.segments },
    values: { ...values, ...patch.values },
  };
}
