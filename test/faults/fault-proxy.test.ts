/** Each fault of the proxy does what it says; a proxy that breaks nothing would prove nothing. */

import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { seededRandom } from "../runtimes/seeded-random.ts";
import { openFaultProxy, type FaultProxy } from "./fault-proxy.ts";
import { EMPTY_JSON, garble, openEventShaper, type Faults } from "./faults.ts";

const SEED = 20_261_127;

/** A server that writes what it is told to every connection, and a proxy before it. */
async function openLine(faults: Faults = {}) {
  const peers: Socket[] = [];
  const heard: string[] = [];
  const server = createServer((peer) => {
    peers.push(peer);
    peer.on("data", (bytes: Buffer) => heard.push(bytes.toString("latin1"))).on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await openFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, SEED);
  proxy.set(faults);
  onTestFinished(async () => {
    await proxy.close();
    for (const peer of peers) peer.destroy();
    server.close();
  });
  return { proxy, peers, heard };
}

/** A connection through the proxy, and what came over it. */
async function dial(proxy: FaultProxy, peers: readonly Socket[]) {
  const before = peers.length;
  const client = createConnection(Number(new URL(proxy.url).port), "127.0.0.1");
  let got = Buffer.alloc(0);
  let ended: "open" | "end" | "reset" = "open";
  client.on("data", (bytes: Buffer) => (got = Buffer.concat([got, bytes])));
  client.on("end", () => (ended = "end"));
  client.on("error", () => (ended = "reset"));
  onTestFinished(() => void client.destroy());
  await expect.poll(() => peers.length).toBe(before + 1);
  return { client, got: () => got.toString("latin1"), bytes: () => got, ended: () => ended, peer: peers[before] as Socket };
}

async function open(faults: Faults = {}) {
  const line = await openLine(faults);
  return { ...line, ...(await dial(line.proxy, line.peers)) };
}

test("a clear line passes everything, both ways", async () => {
  const { client, peer, got, heard, ended } = await open();
  client.write("question");
  peer.write("answer");
  await expect.poll(got).toBe("answer");
  expect(heard).toEqual(["question"]);
  peer.end();
  await expect.poll(ended).toBe("end");
});

test.each<[string, Faults, number]>([
  ["latency", { latencyMs: 150 }, 150],
  ["bandwidth", { bytesPerSecond: 1_000 }, 200],
])("%s delays", async (_name, faults, leastMs) => {
  const { peer, got } = await open(faults);
  const startMs = performance.now();
  peer.write("x".repeat(200));
  await expect.poll(() => got().length, { interval: 5 }).toBe(200);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(leastMs - 2);
});

test("jitter is within its bound, and the same for the same seed", async () => {
  const draw = (): number[] => {
    const random = seededRandom(SEED);
    return Array.from({ length: 5 }, () => random.integer(101));
  };
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBeGreaterThan(1);
  const { peer, got } = await open({ jitterMs: 100 });
  const startMs = performance.now();
  peer.write("x");
  await expect.poll(got, { interval: 5 }).toBe("x");
  expect(performance.now() - startMs).toBeGreaterThanOrEqual((draw()[0] as number) - 2);
});

test.each(["end", "reset"] as const)("cut after so many bytes, by %s", async (cutBy) => {
  const { peer, got, ended } = await open({ cutAfterBytes: 10, cutBy });
  peer.write("0123456");
  peer.write("789abcdef");
  await expect.poll(ended).toBe(cutBy);
  // A reset may take with it what was not read yet.
  expect("0123456789".slice(0, cutBy === "end" ? undefined : got().length)).toBe(got());
});

test("silent one way: the client's bytes pass, the connection stays, and what was held back comes when it clears", async () => {
  const { proxy, client, peer, got, heard, ended } = await open({ isSilent: true });
  peer.write("held");
  client.write("still there?");
  await expect.poll(() => heard).toEqual(["still there?"]);
  await sleep(50);
  expect([got(), ended()]).toEqual(["", "open"]);
  proxy.set({});
  await expect.poll(got).toBe("held");
});

test("slow close: the end comes late", async () => {
  const { peer, ended } = await open({ slowCloseMs: 150 });
  const startMs = performance.now();
  peer.end();
  await expect.poll(ended, { interval: 5 }).toBe("end");
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(148);
});

test("garbling flips some bits, the same for the same seed", async () => {
  const bytes = Buffer.alloc(1_000);
  const garbled = garble(bytes, 50, seededRandom(SEED));
  expect(garble(bytes, 50, seededRandom(SEED))).toEqual(garbled);
  const flipped = [...garbled].filter((byte) => byte !== 0);
  expect(flipped.length).toBeGreaterThan(5);
  for (const byte of flipped) expect(Math.log2(byte) % 1).toBe(0);
  const { peer, bytes: got } = await open({ garbleOneIn: 50 });
  peer.write(bytes);
  await expect.poll(() => got().length).toBe(1_000);
  expect(got().equals(bytes)).toBe(false);
});

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const [ONE, TWO, THREE] = ["one", "two", "three"].map((data) => chunk(`event: patch\ndata: ${data}\n\n`)) as [
  string,
  string,
  string,
];
const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const BEAT = chunk(": heartbeat\n\n");

test.each<[string, Faults["events"], string[], string]>([
  ["nothing", undefined, [HEAD, ONE, TWO], HEAD + ONE + TWO],
  ["duplicates", "duplicate", [HEAD + ONE, BEAT, TWO], HEAD + ONE + ONE + BEAT + TWO + TWO],
  ["exchanges", "swap", [HEAD, ONE, BEAT, TWO, THREE], HEAD + BEAT + TWO + ONE],
  ["chunks cut anywhere", "duplicate", (HEAD + ONE + TWO).split(""), HEAD + ONE + ONE + TWO + TWO],
  [
    "an answer that is no stream",
    "swap",
    ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"],
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
  ],
])("events: %s", (_name, how, pieces, expected) => {
  const shaper = openEventShaper();
  const out = pieces.map((piece) => shaper.push(Buffer.from(piece), how).toString()).join("");
  expect(out).toBe(expected);
});

test("a script answers in the server's stead, one a request, by path, and then passes on", async () => {
  const { proxy, peers, heard } = await openLine();
  proxy.script([{ status: 503, headers: { "retry-after": "7" }, path: /^\/b/ }, EMPTY_JSON]);
  const first = await fetch(`${proxy.url}/a`);
  expect([first.status, first.headers.get("content-type"), await first.text()]).toEqual([200, "application/json", "{}"]);
  const second = await fetch(`${proxy.url}/b`);
  expect([second.status, second.headers.get("retry-after")]).toEqual([503, "7"]);
  expect(proxy.unanswered).toBe(0);
  const third = fetch(`${proxy.url}/b`);
  await expect.poll(() => heard.join("")).toContain("GET /b");
  peers.at(-1)?.end("HTTP/1.1 204 No Content\r\n\r\n");
  expect((await third).status).toBe(204);
  expect(proxy.requests.map(({ path }) => path)).toEqual(["/a", "/b", "/b"]);
});

test("a partition cuts and refuses, and its end does not", async () => {
  const { proxy, peers, ended } = await open();
  await proxy.disconnect();
  await expect.poll(ended).toBe("reset");
  await expect(fetch(proxy.url)).rejects.toThrow("fetch failed");
  expect(proxy.openConnections).toBe(0);
  await proxy.connect();
  await dial(proxy, peers);
  expect(proxy.openConnections).toBe(1);
});
