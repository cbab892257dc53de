/** A data directory that was put back: new epochs, so that no SDK takes what it holds for newer than what the server has. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StartSettings } from "./server.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "./testing/open-test-server.contract.ts";
import { readStream } from "./testing/read-stream.contract.ts";

interface Held {
  readonly epoch: string;
  readonly version: number;
}

let folder: string;
let dataDir: string;
let server: TestServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dimmer-restored-"));
  dataDir = join(folder, "data");
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

const start = async (more: StartSettings = {}) => (server = await openTestServer({ dataDir, ...more }));
const stop = async () => {
  await server?.close();
  server = undefined;
};
const held = async (): Promise<Held> => {
  const answer = await server?.call("GET", "/sdk/v1/snapshot", { token: TOKENS.server });
  const { epoch, version } = Object(answer?.json) as Held;
  return { epoch, version };
};
const operate = async (id: string, body: unknown, params: Record<string, string> = { flag: "model" }) =>
  expect((await server?.operate(id, params, { body }))?.status).toBeLessThan(300);
const reasons = async () => {
  const { json } = (await server?.operate("listAudit", {}, { query: "?chain=project/default" })) ?? {};
  const rows = (json as { items: { action: string; details: { why?: string; environment?: string } | null }[] }).items;
  return rows.filter(({ action }) => action === "environment.new-epoch").map(({ details }) => details?.why);
};

describe("a data directory that was served from before", () => {
  beforeEach(async () => {
    await start();
    await operate("createFlag", { key: "model", definition: SPLIT_FLAG }, {});
    await stop();
  });

  test("keeps its epochs over restarts", async () => {
    await start();
    const before = await held();
    await stop();
    await start();
    expect(await held()).toEqual(before);
    expect(await reasons()).toEqual([]);
  });

  const WAYS: readonly (readonly [string, (backup: string) => Promise<void>])[] = [
    [
      "as a whole, in the place of the other",
      async (backup) => {
        await rm(dataDir, { recursive: true });
        await cp(backup, dataDir, { recursive: true, preserveTimestamps: true });
      },
    ],
    ["as a whole, file over file", (backup) => cp(backup, dataDir, { recursive: true, preserveTimestamps: true })],
    ["the database alone, over the other", (backup) => cp(join(backup, "dimmer.db"), join(dataDir, "dimmer.db"))],
    [
      "the database alone, in an empty directory",
      async (backup) => {
        await rm(dataDir, { recursive: true });
        await cp(join(backup, "dimmer.db"), join(dataDir, "dimmer.db"));
      },
    ],
  ];
  test.each(WAYS)("draws new epochs when a copy was put back: %s", async (_how, putBack) => {
    const backup = join(folder, "backup");
    await cp(dataDir, backup, { recursive: true, preserveTimestamps: true });
    await start();
    const first = await held();
    await operate("killFlag", {});
    const killed = await held();
    expect(killed).toEqual({ epoch: first.epoch, version: 2 });
    await stop();

    await putBack(backup);
    await start();
    await operate("rampVariant", { variant: "new", percent: 50 });
    const after = await held();
    // The same version of another line: a reader that holds the kill fetches what the server has.
    expect(after.version).toBe(killed.version);
    expect(after.epoch).not.toBe(killed.epoch);
    expect(await reasons()).toEqual(["put-back"]);
    await stop();
    await start();
    expect(await held()).toEqual(after);
  });

  test("draws new epochs when the operator says so, once for each start", async () => {
    await start();
    const before = await held();
    await stop();
    await start({ restored: true });
    const after = await held();
    expect(after).toEqual({ epoch: expect.not.stringMatching(before.epoch), version: before.version });
    expect(await reasons()).toEqual(["operator"]);
    await stop();
    await start();
    expect(await held()).toEqual(after);
  });
});

describe("a reader that holds a later version than there is", () => {
  beforeEach(async () => {
    await start();
    await operate("createFlag", { key: "model", definition: SPLIT_FLAG }, {});
  });
  const fetchAs = async ({ epoch, version }: Held) => {
    const headers = { "if-none-match": `"${epoch}:${version}"` };
    const answer = await server?.call("GET", "/sdk/v1/snapshot", { token: TOKENS.server, headers });
    return answer?.status === 304 ? 304 : (answer?.json as Held);
  };

  test("is answered from a new epoch, whether it polls", async () => {
    const before = await held();
    const ahead = { ...before, version: 99 };
    const answers = await Promise.all([fetchAs(ahead), fetchAs(ahead), fetchAs(ahead)]);
    const after = await held();
    expect(after).toEqual({ epoch: expect.not.stringMatching(before.epoch), version: 1 });
    expect(answers).toEqual([1, 2, 3].map(() => expect.objectContaining(after)));
    expect(await reasons()).toEqual(["reader-ahead"]);
    expect(await fetchAs(after)).toBe(304);
  });

  test("or streams; others are told to fetch", async () => {
    const before = await held();
    const sdk = { authorization: `Bearer ${TOKENS.server}` };
    const at = ({ epoch, version }: Held) => `${server?.url}/sdk/v1/stream?epoch=${epoch}&version=${version}`;
    const current = await readStream(at(before), sdk);
    expect(await current.next()).toMatchObject({ event: "hello", data: before });
    const ahead = await readStream(at({ ...before, version: 2 }), sdk);
    const hello = await ahead.next();
    const after = await held();
    expect(after.epoch).not.toBe(before.epoch);
    expect(hello).toMatchObject({ event: "hello", data: after });
    expect(await ahead.next()).toMatchObject({ event: "refetch", data: after });
    expect(await current.next()).toMatchObject({ event: "refetch", data: after });
    current.close();
    ahead.close();
  });

  test("cannot make everybody fetch again and again", async () => {
    const before = await held();
    await fetchAs({ ...before, version: 99 });
    const after = await held();
    expect(after.epoch).not.toBe(before.epoch);
    expect(await fetchAs({ ...after, version: 99 })).toMatchObject(after);
    expect(await held()).toEqual(after);
  });

  test("of an epoch that is gone, or behind, changes nothing", async () => {
    const before = await held();
    await fetchAs({ epoch: "another", version: 99 });
    await fetchAs({ ...before, version: 0 });
    expect(await held()).toEqual(before);
  });
});
