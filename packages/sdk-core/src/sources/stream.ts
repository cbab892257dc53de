/** One connection to the stream of patches, from its request to its end. */

import type { SnapshotVersion } from "@dimmer/protocol";
import { ENGINE_LIMITS } from "../limits.ts";
import { openEventStreamParser, type EventStreamParser, type StreamMessage } from "./event-stream.ts";
import { checkResponse, decode, failureOf, RequestError, requestHeaders, requestUrl, type Address } from "./http.ts";
import { isNamedBy } from "./named-version.ts";
import { fetchSnapshot } from "./poll.ts";
import { openReporter, type Reporter } from "./report.ts";
import type { SourceFailure, SourcePorts, SourceSink } from "./source.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const STREAM_PATH = "/sdk/v1/stream";

const WANTED = { type: "text/event-stream", what: "request for the stream" };

/** How one connection ended; every connection ends, and the next one is somebody else's decision. */
export interface StreamEnd {
  readonly failure: SourceFailure;
  /** Milliseconds from `hello` to the end; 0 where there was none. */
  readonly livedMs: number;
}

/**
 * Opens the stream after what is held, and applies what comes until it ends.
 *
 * Shape:  at most one request besides the stream (the refetch it asks for), never another stream.
 * Errors: none thrown; the end is returned. Silence of two heartbeats is an end.
 * Source: ADR-0005 (the protocol), ADR-0010.
 */
export async function followStream(
  address: Address,
  sink: SourceSink,
  ports: SourcePorts,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const connection = openConnection(ports, signal);
  const reporter = openReporter(address, sink.held(), sink, ports, connection.signal);
  const stream: Stream = { address, sink, ports, connection, reporter, helloAtMs: undefined, isCurrent: false };
  let failure: SourceFailure;
  try {
    await readStream(stream);
    failure = { code: "ended", message: "The server ended the stream." };
  } catch (thrown) {
    failure = connection.isSilent() ? silence(stream) : failureOf(thrown, "stream");
  }
  connection.close();
  const { helloAtMs } = stream;
  return { failure, livedMs: helloAtMs === undefined ? 0 : ports.clock.monotonicMs() - helloAtMs };
}

interface Stream {
  readonly address: Address;
  readonly sink: SourceSink;
  readonly ports: SourcePorts;
  readonly connection: Connection;
  readonly reporter: Reporter;
  helloAtMs: number | undefined;
  /** What is held is what the server has, as far as the stream has told. */
  isCurrent: boolean;
}

async function readStream(stream: Stream): Promise<void> {
  const { connection } = stream;
  connection.expectWithin(ENGINE_LIMITS.helloTimeoutMs);
  const response = await requestStream(stream);
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const parser = openEventStreamParser(ENGINE_LIMITS.eventChars);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return sendAway(parser);
    // Until `hello` only `hello` counts, or a stream of heartbeats alone would pass for one.
    if (stream.helloAtMs !== undefined) connection.heard();
    for (const message of parse(parser, decode(decoder, value))) await takeMessage(stream, message);
    if (!stream.isCurrent) continue;
    stream.sink.live();
    // Every heartbeat is an occasion to tell of what was switched off here meanwhile.
    stream.reporter.applied();
  }
}

async function requestStream({ address, sink, ports, connection }: Stream): Promise<Response> {
  const held = sink.held();
  const from = held === undefined ? "" : `?epoch=${encodeURIComponent(held.epoch)}&version=${held.version}`;
  const headers = requestHeaders(address, { accept: "text/event-stream" });
  const url = requestUrl(address, STREAM_PATH + from);
  const response = await ports.fetch(url, { headers, redirect: "manual", signal: connection.signal });
  checkResponse(response, WANTED, address, ports.clock);
  if (response.status !== 200)
    throw new RequestError({ code: "status", message: "The server answered 304 to a request for the stream.", status: 304 });
  return response;
}

function parse(parser: EventStreamParser, text: string): readonly StreamMessage[] {
  try {
    return parser.push(text);
  } catch (cause) {
    throw new RequestError({ code: "payload", message: (cause as Error).message, cause });
  }
}

/** A server that ends a stream on purpose may say for how long (`retry:`), to spread its readers. */
function sendAway(parser: EventStreamParser): void {
  if (parser.retryMs === undefined) return;
  const retryAfterMs = Math.min(parser.retryMs, ENGINE_LIMITS.sentAwayMaxMs);
  throw new RequestError({ code: "ended", message: "The server ended the stream.", retryAfterMs });
}

/** Events of other names are a newer server's; they are not for us. */
async function takeMessage(stream: Stream, message: StreamMessage): Promise<void> {
  if (message.event === "hello") return takeHello(stream, readData(message));
  if (message.event === "patch") return takePatch(stream, message);
  if (message.event === "refetch") return refetch(stream);
}

function takeHello(stream: Stream, data: unknown): void {
  const hello = (data ?? {}) as Partial<SnapshotVersion & { readonly heartbeatMs: number }>;
  if (typeof hello.epoch !== "string" || !Number.isSafeInteger(hello.version))
    throw new RequestError({ code: "payload", message: "The stream's hello says no version." });
  stream.helloAtMs ??= stream.ports.clock.monotonicMs();
  stream.connection.expectWithin(ENGINE_LIMITS.silentHeartbeats * readHeartbeat(hello.heartbeatMs));
  const held = stream.sink.held();
  // Where the server is elsewhere, `patch` or `refetch` follows; only then is what is held current.
  stream.isCurrent = held !== undefined && held.epoch === hello.epoch && held.version >= (hello.version as number);
}

function readHeartbeat(announced: number | undefined): number {
  if (typeof announced !== "number" || !Number.isFinite(announced)) return ENGINE_LIMITS.heartbeatMs;
  return Math.min(Math.max(announced, ENGINE_LIMITS.heartbeatMinMs), ENGINE_LIMITS.heartbeatMaxMs);
}

/** Whatever stands between us and the patch (a gap, a garbled one), the snapshot mends it. */
async function takePatch(stream: Stream, message: StreamMessage): Promise<void> {
  const data = readData(message);
  if (!isNamedBy(message.id, data)) return refetch(stream);
  const { outcome } = stream.sink.offerPatch(data);
  if (outcome === "gap" || outcome === "refused") return refetch(stream);
  stream.isCurrent = true;
  stream.reporter.applied();
}

async function refetch(stream: Stream): Promise<void> {
  const { address, sink, ports, connection } = stream;
  // Nothing is read meanwhile, so silence means nothing meanwhile.
  connection.expectAnytime();
  const failure = await fetchSnapshot(address, sink, ports, connection.signal);
  if (failure !== undefined) throw new RequestError(failure);
  connection.heard();
  stream.isCurrent = true;
  stream.reporter.applied();
}

function readData(message: StreamMessage): unknown {
  try {
    return JSON.parse(message.data);
  } catch {
    return undefined;
  }
}

function silence(stream: Stream): SourceFailure {
  const { helloAtMs, connection } = stream;
  const what = helloAtMs === undefined ? "did not open" : "fell silent";
  return { code: "timeout", message: `The stream ${what}: nothing came for ${connection.patienceMs()} ms.` };
}

/** One abortable connection with a watchdog. */
interface Connection {
  readonly signal: AbortSignal;
  /** From now on, silence of that long is the end. */
  expectWithin(ms: number): void;
  expectAnytime(): void;
  heard(): void;
  isSilent(): boolean;
  patienceMs(): number;
  close(): void;
}

function openConnection(ports: SourcePorts, outer: AbortSignal): Connection {
  const request = new AbortController();
  const abort = (): void => request.abort();
  outer.addEventListener("abort", abort, { once: true });
  if (outer.aborted) abort();
  let patienceMs = 0;
  let isSilent = false;
  let cancelWatchdog = (): void => {};
  const heard = (): void => {
    cancelWatchdog();
    cancelWatchdog = ports.schedule.after(patienceMs, () => {
      isSilent = true;
      abort();
    });
  };
  return {
    signal: request.signal,
    expectWithin(ms) {
      patienceMs = ms;
      heard();
    },
    expectAnytime: () => cancelWatchdog(),
    heard,
    isSilent: () => isSilent,
    patienceMs: () => patienceMs,
    close() {
      cancelWatchdog();
      outer.removeEventListener("abort", abort);
      abort();
    },
  };
}
