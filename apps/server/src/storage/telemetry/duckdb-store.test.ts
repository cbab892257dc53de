/** DuckDB in the process that asks. */

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventStoreContract } from "../../telemetry/event-store.contract.ts";
import { experimentContract } from "../../telemetry/experiment.contract.ts";
import { exportingContract } from "../../telemetry/exporting.contract.ts";
import { forgettingContract } from "../../telemetry/forgetting.contract.ts";
import { eventHoursContract } from "../../telemetry/event-hours.contract.ts";
import { tasksContract } from "../../telemetry/tasks.contract.ts";
import { telemetryStoreContract } from "../../telemetry/telemetry-store.contract.ts";
import { toldValuesContract } from "../../telemetry/told-values.contract.ts";
import { openDuckDbStore } from "./duckdb-store.ts";

telemetryStoreContract(() => openDuckDbStore(":memory:"));
describe("[events-once] [overrides-no-evidence] [last-word] [run-found] events", () => {
  eventStoreContract(() => openDuckDbStore(":memory:"));
});
describe("[person-forgotten] [keys-hashed] people", () => {
  forgettingContract(() => openDuckDbStore(":memory:"));
});
describe("[metrics-defined] values", () => {
  toldValuesContract(() => openDuckDbStore(":memory:"));
});
describe("experiments", () => {
  experimentContract(() => openDuckDbStore(":memory:"));
});
describe("tasks", () => {
  tasksContract(() => openDuckDbStore(":memory:"));
  eventHoursContract(() => openDuckDbStore(":memory:"));
});
describe("[events-exported] files", () => {
  exportingContract(() => openDuckDbStore(":memory:"));
});

test("[events-exported] what a server that was killed left of its exports is gone with the next start, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dimmer-exports-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["telemetry-export-1.csv", "events.csv"]) await writeFile(join(folder, name), "");
  const store = await openDuckDbStore(join(folder, "telemetry.duckdb"));
  const question = { since: 0, until: 1, flag: "", kind: "", format: "parquet" } as const;
  const { path } = await store.exportEvents({ project: "p", environment: "e" }, question);
  expect(dirname(path)).toBe(folder);
  await store.close();
  await (await openDuckDbStore(join(folder, "telemetry.duckdb"))).close();
  expect(await readdir(folder)).toEqual(["events.csv", "telemetry.duckdb"]);
});
