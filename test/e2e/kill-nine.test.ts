/** `kill -9` under writes. `npm run verify:long` does the same 200 times. */

import { expect, test } from "vitest";
import { killUnderWrites } from "./kill-nine.ts";

/** Nightly and by hand more cycles than in every run. */
const CYCLES = Number(process.env["DIMMER_TEST_KILLS"] ?? 6);

test(
  "[kill-nine] loses no acknowledged change, tears none, and leaves an audit chain that verifies",
  { timeout: 60_000 + CYCLES * 15_000 },
  async () => {
    // From the first request after the start to well into a stream of writes.
    const report = await killUnderWrites(CYCLES, (cycle) => 20 + ((cycle * 137) % 500));
    expect(report).toMatchObject({ lost: [], miscounted: [], torn: [], auditOk: true });
    expect(report.acknowledged).toBeGreaterThan(CYCLES);
  },
);
