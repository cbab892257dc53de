/** A TCP proxy between an SDK and its server that breaks the line as a test says, from a seed. */

import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../runtimes/seeded-random.ts";
import { garble, openEventShaper, writeAnswer, type Answer, type Faults } from "./faults.ts";

/** Shape: everything counts for connections that are open as well; `requests` are the paths that were asked for, with their times. */
export interface FaultProxy {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly atMs: number }[];
  /** Connections from clients that are open, and the most streams that ever were at once. */
  readonly openConnections: number;
  readonly mostStreams: number;
  /** Replaces all faults. */
  set(faults: Faults): void;
  /** Answers that are given in the server's stead, one a request, oldest first. */
  script(answers: readonly Answer[]): void;
  readonly unanswered: number;
  /** Cuts every connection, and refuses new ones until `connect`. */
  disconnect(): Promise<void>;
  connect(): Promise<void>;
  close(): Promise<void>;
}

const RESET_AFTER_MS = 20;

/** Opens a proxy on a free port of the loopback interface; the seed gives jitter and garbling. */
export async function openFaultProxy(upstream: string, seed: number): Promise<FaultProxy> {
  const target = new URL(upstream);
  const random = seededRandom(seed);
  const requests: { readonly path: string; readonly atMs: number }[] = [];
  const clients = new Set<Socket>();
  const streams = new Set<Socket>();
  let faults: Faults = {};
  let answers: readonly Answer[] = [];
  let mostStreams = 0;
  const waiting: (() => void)[] = [];

  const nextChange = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };

  /** The answer of the script to a piece that a client sends, where it begins a request that fits. */
  const scripted = (piece: Buffer, client: Socket): Answer | undefined => {
    const path = /^(?:GET|POST) (\S+) HTTP/.exec(piece.toString("latin1"))?.[1];
    if (path === undefined) return undefined;
    requests.push({ path, atMs: performance.now() });
    const answer = answers.find((one) => one.path === undefined || one.path.test(path));
    if (answer !== undefined) answers = answers.filter((one) => one !== answer);
    else if (path.startsWith("/sdk/v1/stream")) {
      streams.add(client);
      mostStreams = Math.max(mostStreams, streams.size);
    }
    return answer;
  };

  const passDown = async (server: Socket, client: Socket): Promise<void> => {
    const shaper = openEventShaper();
    let sent = 0;
    let isFramed: boolean | undefined;
    for await (const chunk of server as AsyncIterable<Buffer>) {
      // What is no HTTP is not held back until it is a whole piece of it.
      isFramed ??= chunk.toString("latin1").startsWith("HTTP/");
      let piece = isFramed ? shaper.push(chunk, faults.events) : chunk;
      if (faults.garbleOneIn !== undefined) piece = garble(piece, faults.garbleOneIn, random);
      await sleep(delayOf(faults, piece.length, random.integer));
      while (faults.isSilent === true && !client.destroyed) await nextChange();
      const { cutAfterBytes = Number.POSITIVE_INFINITY, cutBy = "end" } = faults;
      const left = cutAfterBytes - sent;
      sent += piece.length;
      client.write(piece.subarray(0, Math.max(0, left)));
      if (left > piece.length) continue;
      // What was written in the same breath would make a good end of it.
      if (cutBy === "reset") await sleep(RESET_AFTER_MS).then(() => reset(client));
      else client.end();
      return void server.destroy();
    }
    await sleep(faults.slowCloseMs ?? 0);
    client.end();
  };

  const listener = createServer((client) => {
    const server = createConnection({ host: target.hostname, port: Number(target.port) });
    clients.add(client);
    client.on("data", (piece: Buffer) => {
      const answer = scripted(piece, client);
      if (answer === undefined) server.write(piece);
      else client.end(writeAnswer(answer));
    });
    const forget = (): void => {
      clients.delete(client);
      streams.delete(client);
      server.destroy();
      wake();
    };
    client.on("close", forget).on("error", forget);
    server.on("error", () => client.destroy());
    passDown(server, client).catch(() => client.destroy());
  });
  const listen = async (port: number): Promise<void> => {
    listener.listen(port, "127.0.0.1");
    await once(listener, "listening");
  };
  await listen(0);
  const { port } = listener.address() as AddressInfo;

  const disconnect = async (): Promise<void> => {
    if (!listener.listening) return;
    const closed = once(listener, "close");
    listener.close();
    for (const client of clients) reset(client);
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get openConnections() {
      return clients.size;
    },
    get mostStreams() {
      return mostStreams;
    },
    set(next) {
      faults = next;
      wake();
    },
    script(next) {
      answers = next;
    },
    get unanswered() {
      return answers.length;
    },
    disconnect,
    connect: () => listen(port),
    async close() {
      faults = {};
      wake();
      await disconnect();
    },
  };
}

/** What `resetAndDestroy` does, without the good-bye (FIN) that it sends first. */
function reset(socket: Socket): void {
  Reflect.set(socket, "resetAndClosing", true);
  socket.destroy();
}

function delayOf(
  { latencyMs = 0, jitterMs = 0, bytesPerSecond }: Faults,
  bytes: number,
  integer: (below: number) => number,
): number {
  const paced = bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1_000;
  return latencyMs + (jitterMs === 0 ? 0 : integer(jitterMs + 1)) + paced;
}
