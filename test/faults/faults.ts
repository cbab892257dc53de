/** What a fault proxy can do to the bytes that a server sends, as data, and how each changes them. */

import type { Random } from "../runtimes/seeded-random.ts";

/** Shape: nothing set is a clear line. Times are of every piece, in milliseconds. */
export interface Faults {
  readonly latencyMs?: number;
  /** Up to so much more, by chance. */
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
  /** The connection ends, cleanly or by a reset, once the server has sent so many bytes on it. */
  readonly cutAfterBytes?: number;
  readonly cutBy?: "end" | "reset";
  /** Once in so many bytes one is flipped. */
  readonly garbleOneIn?: number;
  /** The server's bytes are held back while the connection stays open; the client's pass. */
  readonly isSilent?: boolean;
  /** Events of a stream arrive twice, or each one after its successor. */
  readonly events?: "duplicate" | "swap";
  /** The end of a connection is passed on so much later. */
  readonly slowCloseMs?: number;
}

/** An answer that the proxy gives itself, to the next request whose path it fits. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly path?: RegExp;
}

export const HTML: Answer = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Log in</title>",
};
export const EMPTY_JSON: Answer = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };

export function writeAnswer({ status, headers = {}, body = "" }: Answer): string {
  const all = {
    "content-type": "application/problem+json",
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n${body}`;
}

/** Flips single bits. */
export function garble(bytes: Buffer, oneIn: number, random: Random): Buffer {
  const garbled = Buffer.from(bytes);
  for (let at = 0; at < garbled.length; at += 1)
    if (random.isOne(oneIn)) garbled[at] = (garbled[at] ?? 0) ^ (1 << random.integer(8));
  return garbled;
}

/**
 * Repeats or exchanges the events of a stream, and leaves the framing of HTTP whole.
 *
 * Shape:  a server writes each event as one chunk of `transfer-encoding: chunked`; `push` gives the bytes to pass on.
 */
export interface EventShaper {
  push(bytes: Buffer, how: Faults["events"]): Buffer;
}

export function openEventShaper(): EventShaper {
  let rest: Buffer = Buffer.alloc(0);
  let isInChunks = false;
  /** Bytes of a body of given length that are still to come. */
  let plainLeft = 0;
  /** None, or the one event that waits for its successor. */
  let held: readonly Buffer[] = [];

  const shape = (chunk: Buffer, how: Faults["events"]): readonly Buffer[] => {
    const isEvent = /\r\n(event|id|data):/.test(chunk.toString("latin1"));
    if (isEvent && held.length > 0) {
      const both = [chunk, ...held];
      held = [];
      return both;
    }
    if (isEvent && how === "duplicate") return [chunk, chunk];
    if (!isEvent || how !== "swap") return [chunk];
    held = [chunk];
    return [];
  };

  /** Of the whole piece of HTTP that `rest` begins with; undefined while it is not whole. */
  const nextLength = (): number | undefined => {
    if (plainLeft > 0) return Math.min(plainLeft, rest.length) || undefined;
    const length = isInChunks ? lengthTo(rest, "\r\n", chunkBytes) : lengthTo(rest, "\r\n\r\n", () => 0);
    return length === undefined || rest.length < length ? undefined : length;
  };

  const takePiece = (piece: Buffer, how: Faults["events"]): readonly Buffer[] => {
    if (plainLeft > 0) {
      plainLeft -= piece.length;
      return [piece];
    }
    if (isInChunks) {
      isInChunks = !piece.toString("latin1").startsWith("0\r\n");
      return shape(piece, how);
    }
    const head = piece.toString("latin1").toLowerCase();
    isInChunks = head.includes("transfer-encoding: chunked");
    plainLeft = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
    return [piece];
  };

  return {
    push(bytes, how) {
      rest = Buffer.concat([rest, bytes]);
      const out: Buffer[] = [];
      for (let length = nextLength(); length !== undefined; length = nextLength()) {
        const piece = rest.subarray(0, length);
        rest = rest.subarray(length);
        out.push(...takePiece(piece, how));
      }
      return Buffer.concat(out);
    },
  };
}

/** To the end of what `mark` ends, and what its line says follows it. */
function lengthTo(bytes: Buffer, mark: string, following: (line: string) => number): number | undefined {
  const at = bytes.indexOf(mark);
  return at < 0 ? undefined : at + mark.length + following(bytes.subarray(0, at).toString("latin1"));
}

/** A chunk's bytes and the end of their line. */
const chunkBytes = (line: string): number => Number.parseInt(line, 16) + 2;
