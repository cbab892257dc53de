/** How a server process ends. */

import { EventEmitter } from "node:events";
import { pino } from "pino";
import { expect, test } from "vitest";
import { serveUntilSignal, type Signals } from "./serve.ts";
import { startServer } from "./server.ts";

/** A process that notes how it was ended. */
function standIn(): { signals: Signals; emit: (event: string, value?: unknown) => void; codes: number[] } {
  const events = new EventEmitter();
  const codes: number[] = [];
  const signals: Signals = {
    once: (signal, listener) => events.once(signal, listener),
    on: (event, listener) => events.on(event, listener),
    exit: (code) => void codes.push(code),
  };
  return { signals, emit: (event, value) => void events.emit(event, value), codes };
}

const start = (lines: string[] = []) =>
  startServer({
    port: 0,
    dataDir: ":memory:",
    logger: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
  });

test.each(["SIGTERM", "SIGINT"])("%s drains and exits with 0", async (signal) => {
  const server = await start();
  const { signals, emit, codes } = standIn();
  const served = serveUntilSignal(server, signals);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  emit(signal);
  await served;
  expect(codes).toEqual([0]);
  await expect(fetch(`${server.url}/readyz`)).rejects.toThrow(/fetch failed/u);
});

test("what is in flight when the signal comes is finished", async () => {
  const server = await start();
  const { signals, emit, codes } = standIn();
  const served = serveUntilSignal(server, signals);
  const body = JSON.stringify({ key: "late", name: "Late" });
  const headers = { "content-type": "application/json", authorization: `Bearer ${server.initialKeys?.admin}` };
  let sendRest = () => {};
  const slowBody = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body.slice(0, 5)));
      sendRest = () => {
        controller.enqueue(new TextEncoder().encode(body.slice(5)));
        controller.close();
      };
    },
  });
  const hasArrived = new Promise((resolve) => server.app.server.once("request", resolve));
  const answer = fetch(`${server.url}/api/v1/projects`, {
    method: "POST",
    headers,
    body: slowBody,
    duplex: "half",
  } as RequestInit);
  await hasArrived;
  emit("SIGTERM");
  sendRest();
  const { status, headers: answered } = await answer;
  // The connection is closed with the answer, and not only when the deadline passes.
  expect({ status, connection: answered.get("connection") }).toEqual({ status: 201, connection: "close" });
  await served;
  expect(codes).toEqual([0]);
});

test.each(["uncaughtException", "unhandledRejection"])("an %s is logged and ends the process with 1", async (event) => {
  const lines: string[] = [];
  const server = await start(lines);
  const { signals, emit, codes } = standIn();
  const served = serveUntilSignal(server, signals);
  emit(event, new Error("a bug"));
  expect(codes).toEqual([1]);
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toContainEqual(
    expect.objectContaining({ level: 60, msg: event }),
  );
  emit("SIGTERM");
  await served;
});

test("a second signal does not wait", async () => {
  const server = await start();
  const { signals, emit, codes } = standIn();
  let finish = () => {};
  const isStuck = new Promise<void>((resolve) => (finish = resolve));
  const served = serveUntilSignal({ ...server, close: () => isStuck.then(() => server.close()) }, signals);
  emit("SIGTERM");
  await new Promise((resolve) => setImmediate(resolve));
  expect(codes).toEqual([]);
  emit("SIGTERM");
  expect(codes).toEqual([1]);
  finish();
  await served;
});
