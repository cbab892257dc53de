/** The evidence of a judgement: gathered from the real store and from real telemetry, or said to be missing. */

import { beforeEach, expect, test } from "vitest";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  PROJECT,
  SUMMARIZER,
  SWITCH,
  type TestProject,
} from "../flags/sample-project.contract.ts";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { openDuckDbStore } from "../storage/telemetry/duckdb-store.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { counted, received } from "../telemetry/telemetry-store.contract.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { judgeFlags, type StalePorts } from "./find-stale.ts";

/** The project is made at the beginning of the epoch, and looked at after so many days. */
const NOW = 40 * DAY_MS;
const { permanent: _permanent, ...SWITCHED } = { ...SWITCH, removeBy: "2099-12-31" };

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("switch", SWITCHED)]);
});

async function statesOf(telemetry: TelemetryStore, author = ANYONE): Promise<Record<string, string[]>> {
  const ports: StalePorts = {
    store: project.ports.store,
    telemetry: { store: telemetry, intake: { settled: () => Promise.resolve(true) } },
    clock: () => NOW,
  };
  const records = await project.ports.store.listFlags(PROJECT);
  const judge = await judgeFlags(ports, author, PROJECT, records);
  return Object.fromEntries(
    records.map((record) => {
      const { state, reasons } = judge(narrowRecord(sightOf(author, PROJECT), record));
      return [record.key, [state, ...reasons.map(({ text }) => text)]];
    }),
  );
}

/** The flag is asked for on each of these days. */
async function countDays(store: TelemetryStore, flag: string, from: number, to: number): Promise<void> {
  const days = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const batches = days.map((day) => received(`${flag}-${day}`, { minute: day * DAY_MS, evaluations: [counted(1, { flag })] }));
  await store.append(batches.map((one) => ({ ...one, project: PROJECT, receivedAt: NOW })));
}

test("a flag that was asked for, and no more", async () => {
  const store = await openDuckDbStore(":memory:");
  await countDays(store, "switch", 0, 40);
  await countDays(store, "summarizer", 0, 5);
  expect(await statesOf(store)).toEqual({
    summarizer: ["stale", "not evaluated in production for 35 days"],
    switch: ["active"],
  });
  // Of staging, where nothing was counted, nobody can tell; and whoever sees only that is told no more.
  expect(await statesOf(store, inEnvironment("staging"))).toMatchObject({
    switch: ["unknown", "no evaluation was ever counted in staging"],
  });
  await store.close();
});

test("a flag that another one requires", async () => {
  const store = await openDuckDbStore(":memory:");
  await countDays(store, "summarizer", 0, 40);
  expect(await statesOf(store)).toMatchObject({
    switch: ["stale", "never evaluated in production since it was created 39 days ago"],
  });
  const requires = [{ flag: "switch", variant: "on" }];
  await project.apply([{ kind: "set-requires", flag: "summarizer", environment: "staging", requires }]);
  expect(await statesOf(store)).toMatchObject({ switch: ["active"] });
  await store.close();
});

test("telemetry that fails accuses nobody, and is asked once", async () => {
  const store = await openDuckDbStore(":memory:");
  let asked = 0;
  const gone = { ...store, uses: () => Promise.reject(new Error(`gone ${++asked}`)) };
  expect(await statesOf(gone)).toMatchObject({
    summarizer: ["unknown", "what was counted in production cannot be read just now"],
  });
  expect(asked).toBe(1);
  await store.close();
});
