/** The hub over real sockets: catching up, falling behind, not reading, losing a key. */

import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Snapshot } from "@dimmer/evaluation";
import type { SnapshotVersion } from "@dimmer/protocol";
import { readStream, type TestStream } from "../testing/read-stream.contract.ts";
import { DELIVERY_LIMITS } from "./limits.ts";
import { openHub, type SnapshotHub } from "./snapshot-hub.ts";
import { readEventId } from "./sse.ts";

/** × 100 kB: what one connection can hold outside this process is less. */
const MORE_THAN_KERNELS_BUFFER = 300;
const place = { project: "p", environment: "e" };

/** A hub over a snapshot that tests edit, behind a bare HTTP server. */
class Stage {
  readonly hub: SnapshotHub;
  readonly server: Server;
  snapshot: Snapshot = { format: 1, ...place, epoch: "x", version: 1, flags: {}, segments: {}, values: { start: "1" } };
  failures: unknown[] = [];
  now = 1_000_000;
  loads = 0;
  load: () => Promise<Snapshot | null> = async () => this.snapshot;
  readonly sockets: Socket[] = [];
  private readonly streams: TestStream[] = [];

  constructor(heartbeatMs = 60_000) {
    this.hub = openHub({
      load: async () => {
        this.loads++;
        return this.load();
      },
      outrunBy: () => Promise.reject(new Error("no reader here is ahead of the store")),
      clock: () => this.now,
      random: () => 0.5,
      heartbeatMs,
      onFailure: (error) => void this.failures.push(error),
    });
    this.server = createServer((request, response) => {
      const id = request.headers["last-event-id"];
      response.writeHead(200, { "content-type": "text/event-stream" });
      const expiresAt = typeof request.headers["x-expires"] === "string" ? Number(request.headers["x-expires"]) : null;
      this.hub.listen(
        response,
        place,
        { id: String(request.headers["x-key"] ?? "k"), expiresAt },
        readEventId(typeof id === "string" ? id : undefined),
      );
    });
  }

  async open(): Promise<this> {
    this.server.on("connection", (socket) => void this.sockets.push(socket));
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    await this.hub.current(place.project, place.environment);
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async read(from?: SnapshotVersion | string, headers: Record<string, string> = {}): Promise<TestStream> {
    const id = typeof from === "object" ? `${from.epoch}:${from.version}` : from;
    const stream = await readStream(`http://127.0.0.1:${this.port}/`, {
      ...(id === undefined ? {} : { "last-event-id": id }),
      ...headers,
    });
    this.streams.push(stream);
    const first = await stream.next();
    if (first.event !== "hello") throw new Error(`a stream opened with ${first.event}`);
    return stream;
  }

  /** One edit: a value more. */
  commit(value: unknown = this.snapshot.version): void {
    const version = this.snapshot.version + 1;
    this.snapshot = { ...this.snapshot, version, values: { ...this.snapshot.values, [`v${version}`]: JSON.stringify(value) } };
    this.hub.committed(place.project, { [place.environment]: version });
  }

  async close(): Promise<void> {
    for (const stream of this.streams) stream.close();
    this.hub.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let stage: Stage;
afterEach(() => stage.close());
const newStage = async (heartbeatMs?: number) => (stage = await new Stage(heartbeatMs).open());

const steps = async (stream: TestStream, count: number) => {
  const seen: string[] = [];
  for (let at = 0; at < count; at++) {
    const { event, data } = await stream.next();
    seen.push(event === "patch" ? `${String(data["from"])}→${String(data["version"])}` : `${event} ${String(data["version"])}`);
  }
  return seen;
};

describe("every reader is led from where it is to the newest version", () => {
  test("one who is there hears only what follows", async () => {
    await newStage();
    const stream = await stage.read({ epoch: "x", version: 1 });
    stage.commit();
    expect(await steps(stream, 1)).toEqual(["1→2"]);
  });

  test("one who is behind gets the steps between, then what follows", async () => {
    await newStage();
    for (let round = 0; round < 3; round++) {
      stage.commit();
      await stage.hub.current("p", "e");
    }
    const stream = await stage.read({ epoch: "x", version: 2 });
    stage.commit();
    expect(await steps(stream, 3)).toEqual(["2→3", "3→4", "4→5"]);
  });

  test.each([undefined, "junk", "x:-1", "x:1e99", "x:99", "other:1", "x:0", ":1", "x".repeat(8_000)])(
    "one who says %j fetches, then follows",
    async (id) => {
      await newStage();
      const stream = await stage.read(id);
      expect(await steps(stream, 1)).toEqual(["refetch 1"]);
      stage.commit();
      expect(await steps(stream, 1)).toEqual(["1→2"]);
    },
  );

  test("one who fell behind further than the log reaches fetches", async () => {
    await newStage();
    for (let round = 0; round <= DELIVERY_LIMITS.patches; round++) {
      stage.commit();
      await stage.hub.current("p", "e");
    }
    expect(await steps(await stage.read({ epoch: "x", version: 1 }), 1)).toEqual([`refetch ${stage.snapshot.version}`]);
    expect(await steps(await stage.read({ epoch: "x", version: 2 }), 1)).toEqual(["2→3"]);
  });

  test("a restored store has another epoch, and its epoch wins whatever the version", async () => {
    await newStage();
    stage.commit();
    const stream = await stage.read({ epoch: "x", version: 2 });
    stage.snapshot = { ...stage.snapshot, epoch: "restored", version: 1 };
    stage.hub.committed("p", { e: 1 });
    expect(await stream.next()).toMatchObject({ event: "refetch", data: { epoch: "restored", version: 1 } });
    stage.commit();
    expect(await stream.next()).toMatchObject({ event: "patch", id: "restored:2", data: { epoch: "restored", from: 1 } });
  });

  test("a step too large for one event is fetched instead", async () => {
    await newStage();
    const stream = await stage.read({ epoch: "x", version: 1 });
    stage.commit("v".repeat(DELIVERY_LIMITS.eventBytes));
    expect(await steps(stream, 1)).toEqual(["refetch 2"]);
    stage.commit();
    expect(await steps(stream, 1)).toEqual(["2→3"]);
  });

  test("changes that come while the store is read are taken in at once, and nothing is lost", async () => {
    await newStage();
    const stream = await stage.read({ epoch: "x", version: 1 });
    const before = stage.loads;
    for (let round = 0; round < 100; round++) stage.commit();
    const seen: string[] = [];
    while (!seen.at(-1)?.endsWith("→101")) seen.push(...(await steps(stream, 1)));
    expect(seen[0]).toMatch(/^1→/u);
    seen.slice(1).forEach((step, index) => expect(step.split("→")[0]).toBe(seen[index]?.split("→")[1]));
    expect(stage.loads - before).toBeLessThan(10);
  });

  test("a store that fails for a while keeps the last good snapshot, and is asked again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      await newStage();
      const good = await stage.hub.current("p", "e");
      stage.load = async () => {
        throw new Error("the disk is gone");
      };
      stage.commit();
      expect(await stage.hub.current("p", "e")).toBe(good);
      stage.load = async () => stage.snapshot;
      await vi.advanceTimersByTimeAsync(DELIVERY_LIMITS.reloadMs);
      expect((await stage.hub.current("p", "e"))?.snapshot.version).toBe(2);
      expect(stage.failures).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("an environment that is not there is none, and costs nothing", async () => {
    await newStage();
    stage.load = async () => null;
    expect(await stage.hub.current("p", "nowhere")).toBeUndefined();
  });
});

describe("readers that do not read, and keys that count no more", () => {
  test("an unread stream holds one event in memory, is left behind, and catches up when it reads again", async () => {
    await newStage();
    const slow = connect(stage.port, "127.0.0.1");
    slow.write("GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: x:1\r\n\r\n");
    await new Promise((resolve) => slow.once("data", resolve));
    slow.pause();
    const healthy = await stage.read({ epoch: "x", version: 1 });
    for (let round = 0; round < MORE_THAN_KERNELS_BUFFER; round++) {
      stage.commit("v".repeat(100_000));
      await healthy.next();
    }
    expect(stage.sockets.filter((socket) => socket.writableNeedDrain)).toHaveLength(1);
    expect(Math.max(...stage.sockets.map((socket) => socket.writableLength))).toBeLessThan(DELIVERY_LIMITS.bufferedBytes);
    expect(stage.hub.streams()).toBe(2);

    let text = "";
    slow.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    slow.resume();
    await vi.waitFor(() => expect(text).toMatch(/"version":301[,}]/u), { timeout: 10_000 });
    slow.destroy();
  });

  test("one that takes nothing for too long is cut", async () => {
    await newStage(20);
    const slow = connect(stage.port, "127.0.0.1");
    slow.write("GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: x:1\r\n\r\n");
    await new Promise((resolve) => slow.once("data", resolve));
    slow.pause();
    const healthy = await stage.read({ epoch: "x", version: 1 });
    for (let round = 0; round < MORE_THAN_KERNELS_BUFFER; round++) {
      stage.commit("v".repeat(100_000));
      await healthy.next();
    }
    expect(stage.hub.streams()).toBe(2);
    stage.now += DELIVERY_LIMITS.stalledMs;
    await vi.waitFor(() => expect(stage.hub.streams()).toBe(1), { timeout: 5_000 });
    stage.commit();
    expect((await healthy.next()).event).toBe("patch");
    slow.destroy();
  });

  test("heartbeats are comments", async () => {
    await newStage(10);
    const stream = await stage.read({ epoch: "x", version: 1 });
    await vi.waitFor(() => expect(stream.comments.length).toBeGreaterThan(1), { timeout: 5_000 });
    expect(new Set(stream.comments)).toEqual(new Set(["heartbeat"]));
  });

  test("a revoked key loses its streams, and nobody else does", async () => {
    await newStage();
    const revoked = await stage.read(undefined, { "x-key": "revoked" });
    const other = await stage.read({ epoch: "x", version: 1 }, { "x-key": "other" });
    stage.hub.dropKey("revoked");
    await revoked.ended;
    stage.commit();
    expect(await steps(other, 1)).toEqual(["1→2"]);
    await vi.waitFor(() => expect(stage.hub.streams()).toBe(1));
  });

  test("a reader that left while its key was looked up is not kept", async () => {
    await newStage();
    const server = createServer((_request, response) => {
      response.on("close", () => {
        stage.hub.listen(response, place, { id: "k", expiresAt: null }, undefined);
        server.close();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const hasty = connect((server.address() as AddressInfo).port, "127.0.0.1");
    server.on("request", () => hasty.destroy());
    hasty.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => server.once("close", resolve));
    expect(stage.hub.streams()).toBe(0);
  });

  test("an expired key loses its stream at the next heartbeat", async () => {
    await newStage(10);
    const stream = await stage.read(undefined, { "x-expires": String(stage.now + 1) });
    stage.now += 1;
    await stream.ended;
  });

  test("a hub that is closed ends new streams at once", async () => {
    await newStage();
    stage.hub.close();
    const stream = await readStream(`http://127.0.0.1:${stage.port}/`, {});
    await stream.ended;
    expect(stream.retries).toEqual([DELIVERY_LIMITS.retryMs + DELIVERY_LIMITS.returnSpreadMs / 2]);
  });
});
