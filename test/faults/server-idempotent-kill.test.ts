/** A kill at every write between a request and its kept answer: the request is sent again, and is carried out once. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { drawKeys, makeFolder, type ServerProcess, startServerProcess } from "../e2e/processes.ts";
import { openBench } from "../power-cut/cut.ts";
import { requireOrSkip } from "../tools.ts";
import { isLong } from "./seed.ts";

const RAMP = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;
/** Each kill costs a start, so that every run takes some of a request's writes, and its last; `npm run verify:long` takes all. */
const STRIDE = isLong ? 1 : 12;
/** More writes than a change and its answer take. */
const MOST_WRITES = 200;

interface Sent {
  readonly path: "changes" | "keys";
  readonly name: string;
  readonly body: object;
  readonly idempotencyKey: string;
}

/** Undefined where the server died before it answered. */
async function send(server: ServerProcess, { path, body, idempotencyKey }: Sent) {
  const headers = {
    authorization: `Bearer ${server.token}`,
    "content-type": "application/json",
    "idempotency-key": idempotencyKey,
  };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  try {
    const response = await fetch(`${server.url}/api/v1/projects/demo/${path}`, request);
    return { status: response.status, text: await response.text(), replayed: response.headers.get("idempotent-replayed") };
  } catch {
    return undefined;
  }
}

test.for(["changes", "keys"] as const)(
  "[idempotent] a kill at any write between a request for %s and its kept answer leaves both or neither",
  { timeout: isLong ? 1_200_000 : 120_000 },
  async (path, context) => {
    const bench = openBench(requireOrSkip(context, "cc", "gcc"));
    onTestFinished(bench.remove);
    const steering = join(makeFolder(), "fault");
    const place = { ...drawKeys(), dataDir: makeFolder(), env: { LD_PRELOAD: bench.library, DIMMER_TEST_FAULT: steering } };
    const start = async () => {
      writeFileSync(steering, "");
      return await startServerProcess(place);
    };
    let server = await start();
    let sentSoFar = 0;
    /** Whether the write came, and with it the kill; whatever came, the request is carried out once in the end. */
    const killAt = async (write: number): Promise<boolean> => {
      const sent = drawRequest(path, ++sentSoFar);
      writeFileSync(steering, `kill ${write}`);
      const first = await send(server, sent);
      writeFileSync(steering, "");
      if (first === undefined) {
        await server.end("SIGKILL");
        server = await start();
      }
      const again = await send(server, sent);
      expect([write, again]).toMatchObject([write, { status: expect.toSatisfy((status: number) => status < 300) }]);
      expect([write, again?.text]).toEqual([write, first?.text ?? again?.text]);
      expect(await send(server, sent)).toEqual({ ...again, replayed: "true" });
      await expectOnce(server, sent, again?.text ?? "");
      return first === undefined;
    };
    let write = 1;
    while (write <= MOST_WRITES && (await killAt(write))) write += STRIDE;
    expect(write).toBeGreaterThan(2 * STRIDE);
    expect(write).toBeLessThanOrEqual(MOST_WRITES);
    // Now back to the last write there is: behind it everything is kept, though nobody was told.
    do write -= 1;
    while (write > 0 && !(await killAt(write)));
    expect(write).toBeGreaterThan(0);
    expect((await openManagement(server).verifyAudit()).every(({ ok }) => ok)).toBe(true);
  },
);

function drawRequest(path: "changes" | "keys", number: number): Sent {
  const name = `request ${number}`;
  const body =
    path === "keys" ? { kind: "admin", name } : { operations: [{ ...RAMP, percent: (number % 99) + 1 }], reason: name };
  return { path, body, name, idempotencyKey: `key-of-${number}` };
}

async function expectOnce(server: ServerProcess, { path, name }: Sent, text: string): Promise<void> {
  const client = openManagement(server);
  const answer = JSON.parse(text) as { id: string; change: { id: string } };
  const found =
    path === "keys"
      ? (await client.listKeys("demo")).filter((key) => key.name === name)
      : (await client.listChanges("demo", 1_000)).filter(({ reason }) => reason === name);
  expect(found.map(({ id }) => id)).toEqual([path === "keys" ? answer.id : answer.change.id]);
}
