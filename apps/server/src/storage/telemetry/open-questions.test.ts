/** Questions that are too large for DuckDB, asked of a real one. */

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { QuestionTooLargeError } from "../../telemetry/telemetry-store.ts";
import { openQuestions } from "./open-questions.ts";

/** It would take hours. */
const ENDLESS = "SELECT max(a.range * b.range) AS most FROM range(10000000) a, range(10000000) b";
const ONE = "SELECT 1 AS one";
const PATIENT_MS = 60_000;

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeEach(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "64MB", temp_directory: "" });
  connection = await instance.connect();
});
afterEach(() => void vi.useRealTimers());

test("one that takes too long is interrupted, as often as it is asked, and the next one has its answer", async () => {
  const { ask, close } = openQuestions(connection, 100);
  for (const _ of [1, 2]) await expect(ask(ENDLESS)).rejects.toThrow(QuestionTooLargeError);
  await close();
  const { ask: askPatiently } = openQuestions(await instance.connect(), PATIENT_MS);
  expect(await askPatiently(ONE)).toEqual([{ one: 1 }]);
});

test("one that needs too much memory is too large as well, and any other failure is a failure", async () => {
  const { ask, close } = openQuestions(connection, PATIENT_MS);
  await expect(ask("SELECT list(range) AS all FROM range(100000000)")).rejects.toThrow(QuestionTooLargeError);
  await expect(ask("SELECT nothing")).rejects.not.toThrow(QuestionTooLargeError);
  expect(await ask("SELECT $1 AS given", [7])).toEqual([{ given: 7 }]);
  await close();
});

test("one that has waited longer than its asker is not put, and closing ends what is being asked", async () => {
  const { ask, close } = openQuestions(connection, PATIENT_MS);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked = Promise.allSettled([ask(ENDLESS), ask(ONE)]);
  await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.readMs);
  vi.useRealTimers();
  const late = Promise.allSettled([ask(ONE)]);
  await close();
  expect((await asked).concat(await late)).toMatchObject([
    { reason: { message: "The telemetry store is closed." } },
    { reason: { message: "Other questions took too long." } },
    { reason: { message: "The telemetry store is closed." } },
  ]);
});
