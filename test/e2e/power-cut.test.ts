/** The store under a disk that loses power, breaks, or is killed: nothing acknowledged is lost, nothing is half there. */

import { join } from "node:path";
import { describe, expect, onTestFinished, test, type TestContext } from "vitest";
import { loadSqlite } from "../../apps/server/src/storage/dialects/sqlite-module.ts";
import {
  acknowledgedBy,
  type Bench,
  cutLengths,
  cutPower,
  inspect,
  liveFile,
  openBench,
  restoreFromShadow,
  runOnDisk,
} from "../power-cut/cut.ts";
import { requireOrSkip } from "../tools.ts";

function benchFor(context: TestContext): Bench {
  if (process.platform !== "linux") context.skip("the faulty disk is made for Linux");
  const bench = openBench(requireOrSkip(context, "cc", "gcc", "clang"));
  onTestFinished(() => bench.remove());
  return bench;
}

describe("a power cut", () => {
  test("[power-cut] loses no acknowledged change in 6 cuts, and leaves none half there", async (context) => {
    const bench = benchFor(context);
    for (const length of cutLengths(6, 150)) {
      expect(await cutPower(bench, length)).toMatchObject({ lost: [], faults: [] });
    }
  });

  test("is one that a store without full syncing would not survive", async (context) => {
    const bench = benchFor(context);
    const run = await runOnDisk(bench, "unsafe-writer.ts", [liveFile(bench), "300"], { DIMMER_SHADOW: bench.shadow });
    expect(acknowledgedBy(run)).toHaveLength(300);
    restoreFromShadow(bench);
    expect(await countRows(liveFile(bench))).toBeLessThan(300);
  });
});

describe("a kill", () => {
  test("at any write of a first start leaves a store that the next start finishes", async (context) => {
    for (const at of [1, 2, 3, 5, 9, 17, 33, 50]) {
      const bench = benchFor(context);
      const run = await runOnDisk(bench, "writer.ts", [liveFile(bench), "0"], { DIMMER_KILL_AT: String(at) });
      expect(run.signal).toBe("SIGKILL");
      expect(await inspect(liveFile(bench), [])).toEqual({ lost: [], kept: 0, faults: [] });
    }
  });

  test("at any write under load loses no acknowledged change", async (context) => {
    const bench = benchFor(context);
    let acknowledged: readonly number[] = [];
    for (const at of [80, 131, 222, 313, 404, 1_505]) {
      const run = await runOnDisk(bench, "writer.ts", [liveFile(bench), "1000000"], { DIMMER_KILL_AT: String(at) });
      expect(run.signal).toBe("SIGKILL");
      acknowledged = [...acknowledged, ...acknowledgedBy(run)];
      expect(await inspect(liveFile(bench), acknowledged)).toMatchObject({ lost: [], faults: [] });
    }
    expect(acknowledged.length).toBeGreaterThan(50);
  });
});

describe("a disk that breaks", () => {
  const check = async (context: TestContext, fault: string, code: string): Promise<void> => {
    const bench = benchFor(context);
    const steering = join(bench.live, "steering");
    const run = await runOnDisk(bench, "broken-disk.ts", [liveFile(bench), steering, fault], { DIMMER_TEST_FAULT: steering });
    expect(run.stderr).toBe("");
    const acknowledged = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(JSON.parse(run.stdout)).toEqual({
      acknowledged,
      refused: Array.from({ length: 5 }, () => code),
      readWhileBroken: 5,
      isWellWhileBroken: false,
    });
    expect(await inspect(liveFile(bench), acknowledged)).toEqual({ lost: [], kept: 10, faults: [] });
  };

  test("gets nothing acknowledged while syncing fails, is read on, and is trusted again only after a check", (context) =>
    check(context, "sync", "store-unavailable"));
  test("gets nothing acknowledged while it is full, is read on, and is trusted again only after a check", (context) =>
    check(context, "full", "store-full"));
});

async function countRows(path: string): Promise<number> {
  const { DatabaseSync } = await loadSqlite(process.versions.node);
  const database = new DatabaseSync(path);
  const isThere = database.prepare("select count(*) as n from sqlite_schema where name = 'rows'").all() as { n: number }[];
  const rows = isThere[0]?.n === 1 ? (database.prepare("select count(*) as n from rows").all() as { n: number }[]) : [];
  database.close();
  return rows[0]?.n ?? 0;
}
