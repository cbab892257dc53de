/** The client against a real server over real sockets that behave badly. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EVALUATIONS_PATH } from "@dimmer/protocol";
import { expect, test } from "vitest";
import type { DeliveryServer } from "../test/delivery-server.ts";
import { openThings } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { waitUntil } from "../test/wait-until.ts";
import type { Dimmer } from "./client.ts";

const { connect, startServer, later } = openThings();

async function openLive(options: Parameters<typeof startServer>[1] = {}): Promise<{ server: DeliveryServer; client: Dimmer }> {
  const server = await startServer(testSnapshot(), options);
  const client = connect(server);
  await client.ready();
  await waitUntil("the stream", () => server.openStreams === 1);
  return { server, client };
}

const off = (version: number) => ({ flags: { bool: staticFlag("boolean", "two", version) } });
const isOff = (client: Dimmer) => (): boolean => !client.boolean("bool", {}, true);

test("a lost connection is made again, and what was missed is replayed without a snapshot", async () => {
  const { server, client } = await openLive();
  server.cut();
  server.publish(off(2));
  await waitUntil("the change", isOff(client));
  expect(server.requests.filter((path) => path === "/sdk/v1/snapshot")).toHaveLength(1);
  // On a busy machine counts are sent meanwhile.
  expect(server.requests.filter((path) => path !== EVALUATIONS_PATH).at(-1)).toBe("/sdk/v1/stream?epoch=e1&version=1");
});

test("what the server no longer knows is fetched, and the stream goes on", async () => {
  const { server, client } = await openLive({ history: 1 });
  server.cut();
  for (const version of [2, 3, 4]) server.publish({ flags: { num: staticFlag("number", "two", version) } });
  await waitUntil("version 4", () => client.snapshotVersion?.version === 4);
  await waitUntil("the stream", () => server.openStreams === 1);
  server.publish(off(5));
  await waitUntil("the change", isOff(client));
  expect(server.hellos).toBe(2);
});

test("a restored backup draws a new epoch: it wins, though its version is lower", async () => {
  const { server, client } = await openLive();
  server.publish({});
  await waitUntil("version 2", () => client.snapshotVersion?.version === 2);
  server.replace(testSnapshot({ epoch: "e2", version: 1, flags: { bool: staticFlag("boolean", "two") } }));
  await waitUntil("the restored state", isOff(client));
  expect(client.snapshotVersion).toEqual({ epoch: "e2", version: 1 });
});

test.each<[string, string]>([
  ["cut short", 'event: patch\ndata: {"format":1,"epoch":"e1","from":1,"version":2,"fl\n\n'],
  [
    "repeated",
    `event: patch\ndata: ${JSON.stringify({ format: 1, epoch: "e1", from: 0, version: 1, flags: {}, segments: {}, values: {}, removed: { flags: ["bool"], segments: [], values: [] } })}\n\n`,
  ],
  [
    "of another epoch",
    `event: patch\ndata: ${JSON.stringify({ format: 1, epoch: "old", from: 1, version: 2, flags: {}, segments: {}, values: {}, removed: { flags: ["bool"], segments: [], values: [] } })}\n\n`,
  ],
  ["of another kind", "event: apply-everything\ndata: {}\n\n"],
  ["half an event", "event: patch\ndata: {"],
])("a patch %s harms nothing", async (_name, bytes) => {
  const { server, client } = await openLive();
  server.write(bytes);
  server.publish({ flags: { num: staticFlag("number", "two", 2) } });
  await waitUntil("the next change", () => client.number("num", {}, -1) === 0);
  expect(client.boolean("bool", {}, false)).toBe(true);
});

test("bytes that are not UTF-8 end the stream and are mended by the snapshot", async () => {
  const { server, client } = await openLive();
  server.writeBytes(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0a, 0x0a]));
  await waitUntil("another stream", () => server.hellos === 2);
  server.publish(off(2));
  await waitUntil("the change", isOff(client));
});

test("a stream that falls silent is noticed although nobody closes it", async () => {
  const { server, client } = await openLive({ heartbeatMs: 50, announcedMs: 5_000 });
  server.mute();
  await waitUntil("another stream", () => server.hellos >= 2);
  expect(server.mostStreams).toBe(1);
  expect(client.boolean("bool", {}, false)).toBe(true);
});

test("heartbeats keep a quiet stream", async () => {
  const { server } = await openLive({ heartbeatMs: 20, announcedMs: 5_000 });
  // Two intervals of silence would have ended it five times over.
  await waitUntil("heartbeats for half a second", () => server.heartbeats === 25);
  expect(server.hellos).toBe(1);
});

test("a refused key is tried again, and works once it is mended", async () => {
  const server = await startServer(testSnapshot());
  server.interfere((_request, response) => {
    response.writeHead(401).end();
    return true;
  });
  const client = connect(server);
  const isReady = new Promise((resolve) => client.on("ready", resolve));
  // An hour: what settles this is the refusal, not the time.
  const refused = await client.ready({ timeoutMs: 3_600_000 });
  expect(refused).toMatchObject({ isReady: false, status: "ERROR", failure: { status: 401 } });
  expect(refused.failure?.message).toContain(`${server.url} answered the request for the snapshot with 401`);
  // Known by now, so that asking again does not wait either.
  expect(await client.ready({ timeoutMs: 3_600_000 })).toEqual(refused);
  server.interfere(undefined);
  await isReady;
  expect(await client.ready()).toMatchObject({ isReady: true, status: "READY", source: { kind: "server" } });
  expect(client.boolean("bool", {}, false)).toBe(true);
});

test("a server without the stream is polled", async () => {
  const server = await startServer(testSnapshot());
  server.interfere((request, response) => {
    if (request.url?.startsWith("/sdk/v1/stream") !== true) return false;
    response.writeHead(404).end();
    return true;
  });
  const client = connect(server);
  await client.ready();
  server.publish(off(2));
  await waitUntil("the change, by polling", isOff(client));
  expect(client.status).toBe("READY");
  server.interfere(undefined);
  await waitUntil("the stream, tried again", () => server.openStreams === 1);
});

test("the key never follows a redirect", async () => {
  const strangers: string[] = [];
  const stranger = createServer((request, response) => {
    strangers.push(request.headers.authorization ?? "none");
    response.end("{}");
  });
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  later(async () => void stranger.close());
  const server = await startServer(testSnapshot());
  server.interfere((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/` }).end();
    return true;
  });
  const client = connect(server);
  expect(await client.ready({ timeoutMs: 150 })).toMatchObject({ isReady: false, failure: { code: "redirected" } });
  expect(server.requests.length).toBeGreaterThan(1);
  expect(strangers).toEqual([]);
});

test("a server behind a path", async () => {
  const server = await startServer(testSnapshot());
  const client = connect(server, { url: `${server.url}/dimmer/` });
  await client.ready({ timeoutMs: 100 });
  expect(server.requests[0]).toBe("/dimmer/sdk/v1/snapshot");
});

test("A to B to A within one breath ends at the newest version, with A", async () => {
  const { server, client } = await openLive();
  for (let round = 0; round < 20; round += 1) {
    server.publish(off(2 * round + 2));
    server.publish({ flags: { bool: staticFlag("boolean", "one", 2 * round + 3) } });
  }
  await waitUntil("the newest version", () => client.snapshotVersion?.version === 41);
  expect(client.boolean("bool", {}, false)).toBe(true);
});

test("through flapping there is one stream at a time, and the newest version in the end", async () => {
  const { server, client } = await openLive();
  for (let round = 0; round < 10; round += 1) {
    server.publish({});
    if (round % 3 === 0) server.endStreams(10);
    else server.cut();
    await waitUntil("another stream", () => server.openStreams === 1);
  }
  server.publish(off(99));
  await waitUntil("the change", isOff(client));
  expect(server.mostStreams).toBe(1);
});
