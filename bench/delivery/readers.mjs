/** Many readers of one stream in one process, on bare sockets, so that reading costs as little as it can. */

import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { playRole } from "../measure/role.mjs";

/** Connections that are being made at a time. */
const AT_ONCE = 200;
const EVENT = Buffer.from("event: patch");
const OPENED = Buffer.from("event: hello");
/** A restarted server refuses or cuts; a reader tries again after this, half of it by chance. */
const RETRY_MS = 500;

/** Milliseconds of the machine's monotonic clock, which all processes share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

let readers = [];
let arrivals;
let missing = 0;
let allArrived = () => {};
let opened = 0;
let onOpened = () => {};

playRole({
  /** Opens `count` streams and resolves when every one has its first event; gives how long that took. */
  async open({ port, stream, count }) {
    const started = now();
    readers = Array.from({ length: count }, (_, index) => ({ index, socket: undefined, isOpen: false }));
    let next = 0;
    const worker = async () => {
      while (next < readers.length) await openStream(readers[next++], port, requestText(stream));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { tookMs: now() - started };
  },
  arm() {
    arrivals = new Float64Array(readers.length).fill(Number.NaN);
    missing = readers.length;
    return true;
  },
  /** Resolves when every reader has the event since `arm`: when each had it. */
  async arrived() {
    if (missing > 0) await new Promise((resolve) => (allArrived = resolve));
    return [...arrivals];
  },
  /** One stream's first event and the next one, as bytes: what the limit will send. */
  async sample({ port, stream }) {
    const reader = { index: -1, chunks: [] };
    await openStream(reader, port, requestText(stream), (bytes) => reader.chunks.push(bytes));
    return { reader: readers.push(reader) - 1 };
  },
  async sampled({ reader }) {
    const { chunks, socket } = readers[reader];
    while (!Buffer.concat(chunks).includes(EVENT)) await sleep(5);
    socket.destroy();
    readers = [];
    const body = unchunk(Buffer.concat(chunks));
    const at = body.indexOf(EVENT);
    return { hello: body.subarray(0, at).toString("base64"), event: body.subarray(at).toString("base64") };
  },
  /** From now on every reader that loses its stream comes back: first the snapshot where it has `snapshot`, then the stream. */
  survive({ port, stream, snapshot }) {
    for (const reader of readers) {
      reader.socket.removeAllListeners("close");
      reader.socket.on("close", () => void comeBack(reader, port, stream, snapshot));
      reader.isOpen = false;
    }
    opened = 0;
    return true;
  },
  /** Resolves when all are back; gives when the first and the last one was. */
  async back() {
    if (opened < readers.length) await new Promise((resolve) => (onOpened = resolve));
    return { at: now() };
  },
  /** Fetches the snapshot and opens a stream, `count` times at once, as many apps that start together do. */
  async coldStart({ port, stream, snapshot, count }) {
    const started = now();
    readers = Array.from({ length: count }, (_, index) => ({ index }));
    let next = 0;
    const worker = async () => {
      while (next < readers.length) {
        const reader = readers[next++];
        await fetchWhole(port, requestText({ ...snapshot, headers: { ...snapshot.headers, connection: "close" } }));
        await openStream(reader, port, requestText(stream));
      }
    };
    await Promise.all(Array.from({ length: 2 * AT_ONCE }, worker));
    return { tookMs: now() - started };
  },
  async close() {
    for (const { socket } of readers) {
      socket.removeAllListeners("close");
      socket.destroy();
    }
    readers = [];
    await sleep(200);
    return true;
  },
});

async function comeBack(reader, port, stream, snapshot) {
  for (;;) {
    await sleep(RETRY_MS * (0.5 + Math.random() / 2));
    try {
      if (snapshot !== undefined)
        await fetchWhole(port, requestText({ ...snapshot, headers: { ...snapshot.headers, connection: "close" } }));
      await openStream(reader, port, requestText(stream));
      if (++opened === readers.length) onOpened();
      return;
    } catch {
      // Refused or cut: the server is not back yet.
    }
  }
}

function openStream(reader, port, text, onData) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(text));
    let isOpen = false;
    reader.socket = socket;
    socket.on("data", (bytes) => {
      onData?.(bytes);
      if (!isOpen && bytes.includes(OPENED)) {
        isOpen = true;
        resolve();
      }
      if (arrivals !== undefined && bytes.includes(EVENT)) note(reader.index);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed before its first event")));
  });
}

function note(index) {
  if (!Number.isNaN(arrivals[index])) return;
  arrivals[index] = now();
  if (--missing === 0) allArrived();
}

function fetchWhole(port, text) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(text));
    let bytes = 0;
    socket.on("data", (chunk) => (bytes += chunk.length));
    socket.on("error", reject);
    socket.on("close", () => (bytes > 0 ? resolve(bytes) : reject(new Error("cut"))));
  });
}

function requestText({ path, headers }) {
  const lines = Object.entries({ host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** The body without its head and the sizes of its chunks. */
function unchunk(bytes) {
  let at = bytes.indexOf("\r\n\r\n") + 4;
  const parts = [];
  while (at < bytes.length) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
