/** F18: whatever a server answers, no SDK stops for good, none asks inside a Retry-After, and all are ready once it is mended. */

import { expect, test } from "vitest";
import { openEngine, remoteSource } from "@dimmer/sdk-core";
import { openFakeHost, openFakeStream } from "../../packages/sdk-core/test/fake-host.ts";
import { snapshotWith } from "../../packages/sdk-core/test/snapshots.ts";
import { seededRandom } from "../runtimes/seeded-random.ts";
import { openClient, openLine, until } from "./line.ts";
import { seedOr } from "./seed.ts";

const HOUR_MS = 3_600_000;
const ROUNDS = 8;

interface Case {
  readonly name: string;
  readonly answer: () => Response | Error;
  /** No request may come so soon after one. */
  readonly leastMs: number;
  /** And none so late. */
  readonly mostMs: number;
}

const status = (code: number, retryAfter?: string) => (): Response =>
  new Response(null, { status: code, ...(retryAfter === undefined ? {} : { headers: { "retry-after": retryAfter } }) });
const failing = (code: string) => (): Error => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
const inAMinute = (): string => new Date(Date.UTC(2026, 0, 1) + 1_000_000 + 60_000).toUTCString();

const PLAIN = [400, 404, 405, 408, 410, 413, 418, 429, 451, 500, 501, 502, 503, 504, 599].map((code): Case => ({
  name: String(code),
  answer: status(code),
  leastMs: 500,
  mostMs: 30_000,
}));
const CASES: readonly Case[] = [
  ...PLAIN,
  { name: "401", answer: status(401), leastMs: 500, mostMs: 300_000 },
  { name: "403", answer: status(403), leastMs: 500, mostMs: 300_000 },
  { name: "429, Retry-After 0", answer: status(429, "0"), leastMs: 500, mostMs: 30_000 },
  { name: "429, Retry-After 300", answer: status(429, "300"), leastMs: 300_000, mostMs: 330_000 },
  { name: "503, Retry-After a date", answer: status(503, inAMinute()), leastMs: 500, mostMs: 90_000 },
  { name: "503, Retry-After junk", answer: status(503, "a while"), leastMs: 500, mostMs: 30_000 },
  { name: "429, Retry-After a year", answer: status(429, "31536000"), leastMs: HOUR_MS, mostMs: HOUR_MS + 30_000 },
  { name: "a redirect", answer: status(307), leastMs: 500, mostMs: 30_000 },
  { name: "connection refused", answer: failing("ECONNREFUSED"), leastMs: 500, mostMs: 30_000 },
  { name: "NXDOMAIN", answer: failing("ENOTFOUND"), leastMs: 500, mostMs: 30_000 },
  { name: "a certificate that is over", answer: failing("CERT_HAS_EXPIRED"), leastMs: 500, mostMs: 30_000 },
];

test.each(CASES)("F18: $name to everything: tried again for ever, never too soon, and ready once it is mended", async (one) => {
  const random = seededRandom(seedOr(18));
  let isMended = false;
  const host = openFakeHost(
    (request, signal) => {
      if (!isMended) return one.answer();
      if (request.path.endsWith("/snapshot")) return Response.json(snapshotWith());
      const stream = openFakeStream(signal);
      stream.send("hello", { epoch: "e1", version: 1, heartbeatMs: 15_000 });
      return stream.response;
    },
    () => random.integer(1_000) / 1_000,
  );
  const engine = openEngine({ source: remoteSource({ url: "https://flags.example", key: "k" }) }, host.ports);
  await host.settle();
  for (let round = 0; round < ROUNDS; round += 1) await host.advance(one.mostMs);
  const times = host.requests.map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThanOrEqual(ROUNDS);
  const waits = times.slice(1).map((at, index) => at - (times[index] as number));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(one.leastMs);
  expect(Math.max(...waits)).toBeLessThanOrEqual(one.mostMs);
  expect(host.mostTimers).toBe(1);
  // I21: the n-th wait is between half and the whole of its power of two, behind a Retry-After.
  const tooSoon = waits.filter((wait, n) => wait < Math.min(30_000, 2 ** n * 1_000) / 2);
  expect(tooSoon).toEqual([]);
  isMended = true;
  await host.advance(one.mostMs);
  expect(engine.status).toBe("READY");
  engine.close();
});

test("F18 on real sockets: statuses one after the other to a client that holds flags, then the server again", async () => {
  const line = await openLine();
  const client = line.open();
  await client.ready();
  const statuses = [400, 401, 403, 404, 408, 413, 429, 500, 502, 503];
  line.proxy.script(statuses.map((code) => ({ status: code, headers: { "retry-after": "0" } })));
  await line.proxy.disconnect();
  await line.proxy.connect();
  await until("all of them", () => line.proxy.unanswered === 0, 60_000);
  expect(client.booleanDetails("ai-enabled", {}, false).errorCode).toBeUndefined();
  await until("the server", () => client.status === "READY" && client.staleForMs === 0, 60_000);
});

test("F18 on real sockets: nobody asks inside a Retry-After", async () => {
  const line = await openLine();
  // One second of the header is a tenth of one here.
  line.proxy.script([{ status: 429, headers: { "retry-after": "10" } }]);
  const client = line.open();
  await until("flags", () => client.source.kind === "server");
  const [first, second] = line.proxy.requests.map(({ atMs }) => atMs) as [number, number];
  expect(second - first).toBeGreaterThanOrEqual(1_000);
});

test.each([
  ["a port where nobody listens", "http://127.0.0.1:9"],
  ["a name that is none", "http://flags.invalid"],
])("F18: %s is tried again and again, and named", async (_name, url) => {
  const client = openClient(url, "k");
  let failures = 0;
  client.on("error", ({ code }) => void (code === "network" && (failures += 1)));
  await until("attempts", () => failures >= 3);
  expect(await client.ready({ timeoutMs: 0 })).toMatchObject({
    isReady: false,
    source: { kind: "none" },
    failure: { code: "network" },
  });
});
