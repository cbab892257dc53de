/** Compressed bodies where they are taken: what is honest arrives, and a bomb is refused before it is whole. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { EVALUATIONS_PATH, EVENT_LIMITS, EVENTS_PATH, TELEMETRY_BATCH_LIMITS } from "@dimmer/protocol";
import { TOKENS } from "../../testing/open-test-server.contract.ts";
import { serverUnderAttack } from "./check-refusal.contract.ts";

const server = serverUnderAttack();
const MB = 1024 * 1024;

const metric = (at: number, name: string) => ({ kind: "metric", id: `event-of-the-attack-${at}`, at: Date.now(), name });
const batchOf = (number: number, nameChars = 8) =>
  JSON.stringify({ events: Array.from({ length: number }, (_, at) => metric(at, noise(at, nameChars))) });
/** Text that does not compress well. */
const noise = (at: number, chars: number) =>
  createHash("shake256", { outputLength: chars }).update(String(at)).digest("hex").slice(0, chars);

async function post(path: string, body: Buffer | string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(server.current.url + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKENS.server}`,
      "content-type": "application/json",
      "content-encoding": "gzip",
      ...headers,
    },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test("[events-compressed] what an app sends compressed is taken like what it sends plain", async () => {
  const sent = batchOf(EVENT_LIMITS.events);
  expect(await post(EVENTS_PATH, gzipSync(sent))).toMatchObject({ status: 200, body: { accepted: EVENT_LIMITS.events } });
  expect(await post(EVENTS_PATH, sent, { "content-encoding": "identity" })).toMatchObject({ status: 200 });
  const counts = { format: 1, batch: "0123456789abcdef", minute: Date.now(), dropped: 0, people: [], attributes: [] };
  const evaluations = [{ flag: "model", reason: "SPLIT", count: 3 }];
  const batch = gzipSync(JSON.stringify({ ...counts, evaluations }));
  expect(await post(EVALUATIONS_PATH, batch)).toEqual({ status: 200, body: { accepted: 3, dropped: 0 } });
});

describe("A4 a bomb, or what is none", () => {
  const small = gzipSync(batchOf(1));
  const flipped = Buffer.from(small);
  flipped.writeUInt8(flipped.readUInt8(20) ^ 0xff, 20);
  test.each([
    ["20 MB of blanks", EVENTS_PATH, gzipSync(Buffer.alloc(20 * MB, " ")), 413],
    ["of counts, too", EVALUATIONS_PATH, gzipSync(Buffer.alloc(TELEMETRY_BATCH_LIMITS.bytes, " ")), 413],
    ["within the bytes, and 1,000 times what was sent", EVENTS_PATH, gzipSync(Buffer.alloc(MB / 2, " ")), 413],
    [
      "a bomb in a thousand parts",
      EVENTS_PATH,
      Buffer.concat(Array.from({ length: 1_000 }, () => gzipSync(Buffer.alloc(MB)))),
      413,
    ],
    ["one byte beyond the bytes", EVENTS_PATH, gzipSync(`{"events":["${noise(1, EVENT_LIMITS.bytes - 13)}"]}`), 413],
    ["cut off", EVENTS_PATH, small.subarray(0, -9), 400],
    ["changed on the way", EVENTS_PATH, flipped, 400],
    ["none at all", EVENTS_PATH, Buffer.from(batchOf(1)), 400],
    ["with something behind it", EVENTS_PATH, Buffer.concat([small, Buffer.from("canary")]), 400],
    ["compressed twice", EVENTS_PATH, gzipSync(small), 400],
  ])("%s", async (_what, path, body, status) => {
    const before = process.memoryUsage.rss();
    expect(await post(path, body)).toMatchObject({ status });
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * MB);
    expect(await post(EVENTS_PATH, gzipSync(batchOf(1)))).toMatchObject({ status: 200 });
  });

  test("another encoding, or several of them", async () => {
    for (const encoding of ["br", "deflate", "gzip, gzip", "GZIP"])
      expect(await post(EVENTS_PATH, small, { "content-encoding": encoding })).toMatchObject({ status: 415 });
  });
});
