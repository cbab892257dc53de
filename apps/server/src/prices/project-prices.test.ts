/** Prices at hand: answered at once, read again when they are old, and never overtaken by an older read. */

import { expect, test } from "vitest";
import type { PriceSheetRecord } from "../storage/price-sheet-record.ts";
import { openProjectPrices } from "./project-prices.ts";

const sheet = (outputUsd: number): PriceSheetRecord => ({
  project: "shop",
  outputLimitUsd: null,
  prices: [{ provider: "openai", model: "m", from: "2026-01-01", inputUsd: 0, outputUsd }],
});

function open() {
  const failures: unknown[] = [];
  let stored: PriceSheetRecord[] | Error = [sheet(1)];
  let now = 0;
  let reads = 0;
  const prices = openProjectPrices({
    clock: () => now,
    onFailure: (error) => void failures.push(error),
    store: {
      async listPriceSheets() {
        reads++;
        const read = stored;
        await Promise.resolve();
        if (read instanceof Error) throw read;
        return read;
      },
    },
  });
  return {
    prices,
    failures,
    output: (project = "shop") => prices.of(project)[0]?.outputUsd,
    store: (next: PriceSheetRecord[] | Error) => void (stored = next),
    wait: (ms: number) => void (now += ms),
    reads: () => reads,
  };
}
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("what is set counts at once; what another process set counts within ten seconds", async () => {
  const { prices, output, store, wait, reads } = open();
  await prices.load();
  expect([output(), output("other")]).toEqual([1, undefined]);
  prices.put(sheet(2));
  expect(output()).toBe(2);
  store([sheet(3)]);
  wait(9_999);
  expect([output(), reads()]).toEqual([2, 1]);
  wait(1);
  expect(output()).toBe(2);
  await turn();
  expect([output(), reads()]).toEqual([3, 2]);
});

test("a read that began before a price was set does not take it back", async () => {
  const { prices, output } = open();
  const loading = prices.load();
  prices.put(sheet(2));
  await loading;
  expect(output()).toBe(2);
});

test("a store that fails is told, is not asked with every event, and what was known goes on", async () => {
  const { prices, output, store, wait, failures, reads } = open();
  await prices.load();
  store(new Error("away"));
  wait(10_000);
  for (const _ of [1, 2, 3]) expect(output()).toBe(1);
  await turn();
  expect([failures.length, reads()]).toEqual([1, 2]);
});
