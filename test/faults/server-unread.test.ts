/** Readers that take nothing, and requests that never end: neither costs the server more than its bounds, or anybody else. */

import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { readStream } from "../../apps/server/src/testing/read-stream.contract.ts";
import { startServerProcess, type ServerProcess } from "../e2e/processes.ts";
import { isLong } from "./seed.ts";
import { addLargeFlag, memoryOf } from "./server-crowd.ts";

const MB = 1024 * 1024;
const UNREAD = isLong ? 200 : 30;
const HEALTHY = 5;
const CHANGES = isLong ? 120 : 60;
/** Below what one event may have, so that it is sent and not fetched. */
const VALUE_BYTES = 200_000;
/** The plan has 64 MB for 200 readers; the rest is what garbage a busy machine may leave for a while. */
const GROWTH_BYTES = 128 * MB;

/** A raw connection that has sent this. */
async function openSocket({ url }: Pick<ServerProcess, "url">, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve) => socket.once("connect", () => socket.write(text, () => resolve())));
  return socket;
}

test(
  "[slow-reader] F15 I23: readers that take nothing cost bounded memory and nobody a delay, and are left behind",
  { timeout: isLong ? 300_000 : 120_000 },
  async () => {
    const server = await startServerProcess();
    const client = openManagement(server);
    const publish = async (letter: string) => {
      const { change } = await client.submitChange("demo", {
        operations: [
          { kind: "draft-value", flag: "large", variant: "on", value: letter.repeat(VALUE_BYTES) },
          { kind: "publish", flag: "large", variant: "on", environments: ["production"] },
        ],
      });
      return change?.versions["production"] ?? 0;
    };
    await addLargeFlag(client, "");
    const { epoch, version } = await client.getSnapshot("demo", "production");
    const path = `/sdk/v1/stream?epoch=${epoch}&version=${version}`;
    const authorization = `Bearer ${server.key}`;
    const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`;
    const unread = await Promise.all(Array.from({ length: UNREAD }, () => openSocket(server, head)));
    for (const socket of unread) socket.pause();
    const healthy = await Promise.all(Array.from({ length: HEALTHY }, () => readStream(server.url + path, { authorization })));
    await publish("a");
    const before = memoryOf(server.process.pid).nowBytes;

    let slowestMs = 0;
    let newest = 0;
    const later: number[] = [];
    for (let count = 0; count < CHANGES; count += 1) {
      const started = performance.now();
      newest = await publish(String.fromCodePoint(98 + (count % 20)));
      await Promise.all(healthy.map((stream) => readUntil(stream, newest)));
      slowestMs = Math.max(slowestMs, performance.now() - started);
      if (count >= CHANGES / 2) later.push(memoryOf(server.process.pid).nowBytes);
    }
    // The least of the second half: garbage comes and goes with the collector, what is held for readers would stay.
    expect(Math.min(...later) - before).toBeLessThan(GROWTH_BYTES);
    expect(slowestMs).toBeLessThan(5_000);
    // Who reads again finds what its socket held, and is told to fetch the rest: no queue was kept for it.
    const found = isLong ? [] : await Promise.all(unread.map(readUntilLeftBehind));
    expect(Math.max(0, ...found)).toBeLessThan((CHANGES * VALUE_BYTES) / 2);
    if (!isLong) return;
    // 30 s of standing still, looked at with each heartbeat.
    await expect.poll(() => openStreams(server), { timeout: 60_000, interval: 500 }).toBe(HEALTHY);
  },
);

/** Bytes until it is told to fetch. */
function readUntilLeftBehind(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let end = "";
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      end = `${end.slice(-40)}${chunk.toString("latin1")}`;
      if (end.includes("event: refetch")) resolve(bytes);
    });
    socket.once("close", () => reject(new Error(`It was closed after ${bytes} bytes, and was not told to fetch.`)));
    socket.resume();
  });
}

async function openStreams(server: ServerProcess): Promise<number> {
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } });
  return Number(/^dimmer_streams (\d+)$/mu.exec(await metrics.text())?.[1]);
}

/** Each heard everything, in order: a step for each version, up to this one. */
async function readUntil(stream: Awaited<ReturnType<typeof readStream>>, version: number): Promise<void> {
  for (;;) {
    const { event, data } = await stream.next();
    if (event === "refetch") throw new Error("A healthy reader was left behind.");
    if (event === "patch" && data["version"] === version) return;
  }
}

const SLOW = isLong ? 2_000 : 20;
const HEAD_MS = 15_000;
const BODY_MS = 30_000;
/** The server looks at its sockets every 5 s. */
const LOOK_MS = 10_000;

test(
  "[slow-reader] F16: a head that comes byte by byte is cut in time, a body too, and others are answered meanwhile",
  { timeout: 120_000 },
  async () => {
    const server = await startServerProcess();
    const slow = (text: string, more: string) => Promise.all(Array.from({ length: SLOW }, () => drip(server, text, more)));
    const started = performance.now();
    const cutAfter = (all: readonly Dripping[]) =>
      Promise.all(all.map(({ closed }) => closed)).then(() => performance.now() - started);
    const heads = cutAfter(await slow("GET /livez HTTP/1.1\r\nHost: x\r\n", "a"));
    const post = `POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.key}\r\n`;
    // Half a minute more, which not every run can spare.
    const bodies = isLong
      ? cutAfter(await slow(`${post}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, " "))
      : undefined;
    for (let asked = 0; asked < 20; asked += 1) expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(HEAD_MS);
    expect(await heads).toBeLessThan(HEAD_MS + LOOK_MS);
    expect((await bodies) ?? 0).toBeLessThan(BODY_MS + LOOK_MS);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  },
);

interface Dripping {
  readonly closed: Promise<void>;
}

/** Sends a byte a second for as long as the server takes it. */
async function drip(server: ServerProcess, text: string, more: string): Promise<Dripping> {
  const socket = await openSocket(server, text);
  socket.resume();
  const dripping = setInterval(() => socket.write(more), 1_000);
  const closed = new Promise<void>((resolve) =>
    socket.once("close", () => {
      clearInterval(dripping);
      resolve();
    }),
  );
  return { closed };
}
