/** OFREP's streams over real sockets: many readers, many changes, no room, a key that expires. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import { DELIVERY_LIMITS } from "../delivery/limits.ts";
import { openHub } from "../delivery/snapshot-hub.ts";
import { readStream } from "../testing/read-stream.contract.ts";
import { openOfrepStreams } from "./ofrep-streams.ts";
import { openViews } from "./open-views.ts";

const place = { project: "p", environment: "e" };
const flag = (revision: number): SnapshotFlag => ({
  revision,
  type: "boolean",
  audience: "browser",
  enabled: true,
  variants: { on: { version: 1, digest: "d", pinEpoch: 0 } },
  fallback: [{ variant: "on" }],
  default: { variant: "on" },
});

/** Streams over a snapshot that tests edit, behind a bare HTTP server. */
async function openStage({ heartbeatMs = 60_000, maxStreams = 1_000 } = {}) {
  let snapshot: Snapshot = {
    format: 1,
    ...place,
    epoch: "x",
    version: 1,
    flags: { f: flag(1) },
    segments: {},
    values: { d: "true" },
  };
  const failures: unknown[] = [];
  const ports = { clock: () => 1_000, random: () => 0.5, heartbeatMs, onFailure: (error: unknown) => void failures.push(error) };
  const hub = openHub({ ...ports, load: async () => snapshot, outrunBy: async () => false });
  const views = openViews(new Uint8Array(32));
  const streams = openOfrepStreams({ ...ports, hub, views, maxStreams });
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const since = new URL(request.url ?? "/", "http://localhost").searchParams.get("since") ?? undefined;
    const key = { id: "k", expiresAt: request.url?.includes("expired") === true ? 999 : null };
    streams.listen(response, { ...place, audience: "browser", key, since });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  const position = async () => {
    const held = await hub.current(place.project, place.environment);
    if (held === undefined) throw new Error("The hub holds what it has loaded.");
    return views.of(held, "browser").position;
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await position();
  return {
    failures,
    hub,
    position,
    read: async (query = "") => readStream(`${url}/?since=${await position()}${query}`, {}),
    commit() {
      const version = snapshot.version + 1;
      snapshot = { ...snapshot, version, flags: { f: flag(version) } };
      hub.committed(place.project, { [place.environment]: version });
    },
  };
}

test("everyone is told, beyond one slice too", async () => {
  const stage = await openStage();
  const count = DELIVERY_LIMITS.slice + 5;
  const readers = await Promise.all(Array.from({ length: count }, () => stage.read()));
  stage.commit();
  const heard = new Set(await Promise.all(readers.map(async (reader) => (await reader.next()).data["etag"])));
  expect([...heard]).toEqual([await stage.position()]);
  expect(stage.failures).toEqual([]);
});

test("of many changes at once a reader hears the last, and not more than happened", async () => {
  const stage = await openStage();
  const reader = await stage.read();
  for (let at = 0; at < 50; at++) stage.commit();
  const last = await stage.position();
  let events = 1;
  while ((await reader.next()).data["etag"] !== last) events++;
  expect(events).toBeLessThanOrEqual(50);
});

test("whoever finds no room is not refused but sent away for a while, and finds room when somebody has left", async () => {
  const stage = await openStage({ maxStreams: 1 });
  const first = await stage.read();
  const second = await stage.read();
  await second.ended;
  expect([second.status, second.retries]).toEqual([200, [15_000]]);
  stage.hub.dropKey("k");
  await first.ended;
  const third = await stage.read();
  stage.commit();
  expect(await third.next()).toMatchObject({ data: { type: "refetchEvaluation" } });
});

test("a key that expires takes its stream along at the next heartbeat", async () => {
  const stage = await openStage({ heartbeatMs: 5 });
  const lasting = await stage.read();
  const expired = await stage.read("&expired");
  await expired.ended;
  stage.commit();
  expect(await lasting.next()).toMatchObject({ data: { type: "refetchEvaluation" } });
});

test("once the hub has closed nobody is let in, and everybody is told when to come back", async () => {
  const stage = await openStage();
  const reader = await stage.read();
  stage.hub.close();
  await reader.ended;
  const late = await stage.read();
  await late.ended;
  expect([reader.retries, late.retries]).toEqual([[1_000, 6_000], [6_000]]);
});
