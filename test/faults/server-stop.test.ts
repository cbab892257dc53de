/** The end of a server and of a key: nothing acknowledged is lost, streams are told when to come back, revoked ones end at once. */

import { expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { readStream } from "../../apps/server/src/testing/read-stream.contract.ts";
import { startServerProcess } from "../e2e/processes.ts";

const RAMP = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;
const WRITERS = 4;
const STREAMS = 50;

test("[graceful] SIGTERM under writes drains, keeps what it acknowledged, and spreads its streams' return", async () => {
  const first = await startServerProcess();
  const open = () => readStream(`${first.url}/sdk/v1/stream`, { authorization: `Bearer ${first.key}` });
  const streams = await Promise.all(Array.from({ length: STREAMS }, open));
  const acknowledged: string[] = [];
  const client = openManagement({ ...first, sleep: () => Promise.reject(new Error("no second try")) });
  const write = async (writer: number) => {
    for (let count = 0; ; count += 1) {
      const percent = (count * WRITERS + writer) % 100;
      const id = await client.submitChange("demo", { operations: [{ ...RAMP, percent }] }).then(
        ({ change }) => change?.id,
        () => undefined,
      );
      if (id === undefined) return;
      acknowledged.push(id);
    }
  };
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(20);
  const started = performance.now();
  expect(await first.end("SIGTERM")).toBe(0);
  expect(performance.now() - started).toBeLessThan(10_000);
  await Promise.all([writing, ...streams.map(({ ended }) => ended)]);

  const waits = streams.map(({ retries }) => retries.at(-1) ?? -1);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(11_000);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(5_000);
  const second = await startServerProcess({ ...first, port: 0 });
  const known = new Set((await openManagement(second).listChanges("demo", 100_000)).map(({ id }) => id));
  expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);

  const admin = openManagement(second);
  const made = await admin.createKey("demo", { kind: "server", name: "to revoke", environment: "production" });
  const stream = await readStream(`${second.url}/sdk/v1/stream`, { authorization: `Bearer ${made.secret}` });
  await admin.revokeKey("demo", made.id);
  const revokedAt = performance.now();
  await stream.ended;
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
  const again = await fetch(`${second.url}/sdk/v1/snapshot`, { headers: { authorization: `Bearer ${made.secret}` } });
  expect(again.status).toBe(401);
});
