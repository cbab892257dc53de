/** The child process: what it keeps, and what its death, its file and its absence do. */

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, test } from "vitest";
import { eventStoreContract } from "../../telemetry/event-store.contract.ts";
import { counted, NOW, received, telemetryStoreContract } from "../../telemetry/telemetry-store.contract.ts";
import { QuestionTooLargeError, StoreGoneError } from "../../telemetry/telemetry-store.ts";
import { openDuckDbStore } from "./duckdb-store.ts";
import { openTelemetryProcess, type TelemetryProcess } from "./open-telemetry-process.ts";

const folder = mkdtempSync(join(tmpdir(), "dimmer-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PLACE = { project: "p", environment: "production" };
const ALL = { since: 0, until: 2 * NOW };
const batch = (id: string) => received(id, { evaluations: [counted(1)] });

interface Opened {
  readonly store: TelemetryProcess;
  readonly notices: string[];
  /** The process' own clock, so that a test need not wait for a restart. */
  readonly time: { now: number };
}

function open(path: string, more: { readonly questionMs?: number } = {}): Opened {
  const notices: string[] = [];
  const time = { now: NOW };
  const onNotice = (level: string, message: string): void => void notices.push(`${level}: ${message}`);
  return { store: openTelemetryProcess({ path, clock: () => time.now, onNotice, ...more }), notices, time };
}

const sumIn = async (store: TelemetryProcess): Promise<number> =>
  (await store.totals(PLACE, ALL)).reduce((sum, { count }) => sum + count, 0);

async function waitUntilGone({ store }: Opened): Promise<void> {
  while (store.pid !== undefined) await new Promise((resolve) => setImmediate(resolve));
}

describe("keeps what every store keeps", () => {
  telemetryStoreContract(async () => open(join(folder, "contract.duckdb")).store);
  eventStoreContract(async () => open(join(folder, "events.duckdb")).store);
});

test("a question alone starts nothing and makes no file", async () => {
  const path = join(folder, "untouched.duckdb");
  const { store } = open(path);
  expect(await store.totals(PLACE, ALL)).toEqual([]);
  expect([store.pid, existsSync(path)]).toEqual([undefined, false]);
  await store.close();
});

test("where something is kept already the process starts at once, before anybody asks or sends", async () => {
  const path = join(folder, "kept.duckdb");
  const before = open(path);
  await before.store.append([batch("before")]);
  await before.store.close();
  const { store, notices } = open(path);
  expect(store.pid).toBeGreaterThan(0);
  expect(await sumIn(store)).toBe(1);
  await store.close();
  // And one that is not waited for.
  const unasked = open(path);
  await unasked.store.close();
  expect([notices, unasked.notices, unasked.store.pid]).toEqual([[], [], undefined]);
});

test("a killed process loses nothing that was stored, refuses until its wait is over, and is started again", async () => {
  const opened = open(join(folder, "killed.duckdb"));
  const { store, time } = opened;
  await store.append([batch("before")]);
  expect(statSync(join(folder, "killed.duckdb")).mode & 0o077).toBe(0);
  const lost = store.append([batch("amid")]);
  process.kill(store.pid as number, "SIGKILL");
  await expect(lost).rejects.toMatchObject({ name: "StoreGoneError", wasAsked: true });
  await waitUntilGone(opened);
  await expect(store.append([batch("amid")])).rejects.toMatchObject({ name: "StoreGoneError", wasAsked: false });
  time.now += 60_000;
  await store.append([batch("amid")]);
  expect(await sumIn(store)).toBe(2);
  await store.close();
  await expect(store.append([batch("after")])).rejects.toThrow(StoreGoneError);
});

test("a file that is none is moved aside, said, and replaced", async () => {
  const path = join(folder, "broken.duckdb");
  writeFileSync(path, "not a database ".repeat(2_000));
  const opened = open(path);
  await expect(opened.store.append([batch("first")])).rejects.toThrow(StoreGoneError);
  await opened.store.append([batch("first")]);
  expect(await sumIn(opened.store)).toBe(1);
  expect(opened.notices).toEqual([expect.stringMatching(/^error: .* moved to .*broken\.duckdb\.broken-/u)]);
  expect(readdirSync(folder).filter((name) => name.startsWith("broken.duckdb.broken-"))).toHaveLength(1);
  await opened.store.close();
});

test("a file that another process has is left alone, and tried again", async () => {
  const path = join(folder, "held.duckdb");
  const holder = open(path);
  await holder.store.append([batch("holder")]);
  const second = open(path);
  await expect(second.store.append([batch("second")])).rejects.toThrow(StoreGoneError);
  expect(second.notices).toEqual([expect.stringMatching(/^warn: .*lock/u)]);
  await holder.store.close();
  second.time.now += 60_000;
  await second.store.append([batch("second")]);
  expect(await sumIn(second.store)).toBe(2);
  await second.store.close();
});

/** Flags that are all different, so that nothing of them can be summed on the way. */
async function fill(path: string, rows: number): Promise<void> {
  await (await openDuckDbStore(path)).close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(`
    INSERT INTO evaluations
    SELECT 'p', 'production', 'flag-' || n, 'on', 1, 'default', NULL, 'STATIC', NULL, 'server', ${NOW}, 1 FROM range(${rows}) t(n)`);
  connection.closeSync();
  instance.closeSync();
}

test("a question that would take too long is refused, and the process lives on with all that it takes and answers", async () => {
  const path = join(folder, "large.duckdb");
  await fill(path, 500_000);
  const { store } = open(path, { questionMs: 25 });
  await store.append([received("before", {}, "small")]);
  const { pid } = store;
  const asked = Promise.allSettled([1, 2, 3].map(() => store.totals(PLACE, ALL)));
  await store.append([received("amid", { evaluations: [counted(7)] }, "small")]);
  for (const answer of await asked) expect(answer).toMatchObject({ reason: expect.any(QuestionTooLargeError) });
  // On a busy machine a small question may take too long as well.
  const small = () => store.totals({ project: "p", environment: "small" }, ALL, "model").catch(() => []);
  await expect.poll(small, { timeout: 20_000 }).toMatchObject([{ count: 7 }]);
  expect(store.pid).toBe(pid);
  await store.close();
});
