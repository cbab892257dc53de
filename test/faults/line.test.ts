/** The real SDK behind a line that breaks: partitions, half-open connections, flapping, bad bytes on real sockets. */

import { openManagement } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { startServerProcess } from "../e2e/processes.ts";
import { EMPTY_JSON, HTML, type Answer, type Faults } from "./faults.ts";
import { changeBy, isOn, KILL, openClient, openLine, RESTORE, until, type Line } from "./line.ts";
import { isLong, seedOr } from "./seed.ts";
import type { Dimmer } from "@dimmer/sdk-server";

/** What timers of a busy machine may be late by. */
const LATE_MS = 400;

const versionOf = (client: Dimmer): number => client.snapshotVersion?.version ?? -1;

async function openLive(line: Line, count: number, speed?: number): Promise<readonly Dimmer[]> {
  const clients = Array.from({ length: count }, () => line.open(speed === undefined ? {} : { speed }));
  await Promise.all(clients.map((client) => client.ready()));
  // What reaches everybody came over a stream that is open.
  const version = await line.change({ kind: "stop", flag: "summarizer", environment: "production", variant: "opus" });
  await until("streams", () => clients.every((client) => versionOf(client) === version));
  return clients;
}

test("[catches-up] F10: after a partition with 20 changes every SDK is at the newest version; meanwhile it answers, and says for how long", async () => {
  const line = await openLine();
  const clients = await openLive(line, isLong ? 50 : 5);
  await line.proxy.disconnect();
  let version = 0;
  for (let change = 0; change < 20; change += 1) version = await line.change(change % 2 === 0 ? KILL : RESTORE);
  version = await line.change(KILL);
  await until("stale", () => clients.every(({ status }) => status === "STALE"));
  for (const client of clients) {
    expect(client.booleanDetails("ai-enabled", { targetingKey: "user-1" }, false)).toMatchObject({
      value: true,
      flagMetadata: { stale: true },
    });
    expect(client.staleForMs).toBeGreaterThanOrEqual(5_000);
    expect(client.source.kind).toBe("server");
  }
  await line.proxy.connect();
  // 30 s of backoff and 2 s more, on a clock that runs ten times as fast.
  const tookMs = await until("the newest version", () => clients.every((client) => versionOf(client) === version));
  expect(tookMs).toBeLessThanOrEqual(3_200);
  expect(clients.map(isOn)).toEqual(clients.map(() => false));
  await until("ready", () => clients.every(({ status, staleForMs }) => status === "READY" && staleForMs === 0));
});

test("F11: a line that is half open one way is noticed within two heartbeats, and mended", async () => {
  const heartbeatMs = 400;
  const line = await openLine({ heartbeatMs });
  const clients = await openLive(line, isLong ? 200 : 10, 1);
  const lostAt = new Map<Dimmer, number>();
  for (const client of clients)
    client.on("error", ({ code }) => code === "timeout" && !lostAt.has(client) && lostAt.set(client, performance.now()));
  line.proxy.set({ isSilent: true });
  const silentAt = performance.now();
  await until("everybody notices", () => lostAt.size === clients.length);
  for (const at of lostAt.values()) expect(at - silentAt).toBeLessThanOrEqual(2 * heartbeatMs + LATE_MS);
  line.proxy.set({});
  const version = await line.change(KILL);
  await until("the change", () => clients.every((client) => versionOf(client) === version));
});

test("F12: through flapping at most one live stream each, attempts that are bounded, and the newest version in the end", async () => {
  const line = await openLine();
  const [client] = await openLive(line, 1);
  const rounds = isLong ? 120 : 12;
  const before = line.proxy.requests.length;
  for (let round = 0; round < rounds; round += 1) {
    await line.proxy.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await line.proxy.connect();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // A round is two seconds of the engine's clock; a stream, and at times a snapshot and a report with it.
  const minutes = (rounds * 2) / 60;
  const streams = line.proxy.requests.slice(before).filter(({ path }) => path.startsWith("/sdk/v1/stream"));
  expect(streams.length).toBeLessThanOrEqual(12 * Math.max(1, minutes));
  expect(line.proxy.mostStreams).toBe(1);
  const version = await line.change(KILL);
  await until("the newest version", () => versionOf(client as Dimmer) === version);
});

test("[catches-up] F38: A to B to A in one breath: all end at the newest version, with the content of A", async () => {
  const line = await openLine();
  const clients = await openLive(line, isLong ? 200 : 20);
  let version = 0;
  for (let round = 0; round < 5; round += 1) {
    const [, back] = await Promise.all([line.change(KILL), line.change(RESTORE)]);
    version = back;
  }
  await until("the newest version", () => clients.every((client) => versionOf(client) >= version));
  expect(new Set(clients.map(versionOf)).size).toBe(1);
  expect(clients.every(isOn)).toBe(true);
});

const SNAPSHOT = /^\/sdk\/v1\/snapshot/;
const STREAM = /^\/sdk\/v1\/stream/;
/** Instead of the stream, and of the snapshot that should mend it. */
const bad = (answer: Answer): readonly Answer[] => [
  { ...answer, path: STREAM },
  { ...answer, path: SNAPSHOT },
];
/** A snapshot that looks right and is not for us. */
const snapshotOf = (more: object): Answer => ({
  ...EMPTY_JSON,
  body: JSON.stringify({ format: 1, project: "demo", flags: {}, segments: {}, values: {}, ...more }),
});

test.each<[string, Faults, (epoch: string) => readonly Answer[]]>([
  ["cut", { cutAfterBytes: 400 }, () => []],
  ["reset in the middle", { cutAfterBytes: 400, cutBy: "reset" }, () => []],
  ["garbled", { garbleOneIn: 30 }, () => []],
  ["repeated", { events: "duplicate" }, () => []],
  ["out of order", { events: "swap" }, () => []],
  ["slow and uneven", { latencyMs: 20, jitterMs: 50, bytesPerSecond: 100_000, slowCloseMs: 50 }, () => []],
  ["a page with 200", {}, () => bad(HTML)],
  ["{} with 200", {}, () => bad(EMPTY_JSON)],
  ["an older snapshot", {}, (epoch) => bad(snapshotOf({ environment: "production", epoch, version: 0 }))],
  ["another environment's snapshot", {}, (epoch) => bad(snapshotOf({ environment: "elsewhere", epoch, version: 9_999 }))],
])(
  "F17 on real sockets, %s: good flags stay, nothing goes backwards, and the newest version comes",
  async (_name, faults, answers) => {
    const line = await openLine({ seed: seedOr(17) });
    const [client] = (await openLive(line, 1)) as [Dimmer];
    const versions = [versionOf(client)];
    client.on("configuration-changed", ({ version }) => versions.push(version));
    line.proxy.set(faults);
    const scripted = answers(client.snapshotVersion?.epoch ?? "");
    line.proxy.script(scripted);
    if (scripted.length > 0) await line.proxy.disconnect().then(() => line.proxy.connect());
    for (let change = 0; change < 6; change += 1) {
      await line.change(change % 2 === 0 ? KILL : RESTORE);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(client.booleanDetails("ai-enabled", {}, false).errorCode).toBeUndefined();
    }
    if (scripted.length > 0) await until("an answer that was to harm", () => line.proxy.unanswered < scripted.length);
    line.proxy.set({});
    line.proxy.script([]);
    const version = await line.change(KILL);
    await until("the newest version", () => versionOf(client) === version && !isOn(client));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  },
);

test("[server-gone] F19: a server that is stopped and goes on: answers go on meanwhile, and the change is there within two seconds", async () => {
  const server = await startServerProcess();
  const client = openClient(server.url, server.key, { speed: 1 });
  await client.ready();
  server.process.kill("SIGSTOP");
  const stoppedMs = isLong ? 30_000 : 2_000;
  const endMs = performance.now() + stoppedMs;
  let asked = 0;
  while (performance.now() < endMs) {
    for (let at = 0; at < 1_000; at += 1) if (isOn(client)) asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(asked % 1_000).toBe(0);
  server.process.kill("SIGCONT");
  const version = await changeBy(openManagement(server))(KILL);
  expect(await until("the change", () => versionOf(client) === version)).toBeLessThanOrEqual(2_000);
});
