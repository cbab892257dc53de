/** What a run of a bench is made of, whatever it measures: a folder, results, targets, a report, one line of JSON. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordResults } from "../record-results.mjs";
import { judge } from "./judge.mjs";

/**
 * Runs a bench.
 *
 * Shape:  `measure(plan, folder, say)` gives the results, `describe({ results, judged, plan })` the report; `plans` has `full` and
 *         `quick`. The folder is gone afterwards. Gives the exit code.
 */
export async function runBench({ name, plans, options, measure, targets, describe }) {
  const { quick, rival } = options;
  const plan = { quick, rival, ...(quick ? plans.quick : plans.full) };
  if (options.rounds !== undefined) plan.rounds = Number(options.rounds);
  const say = (line) => process.stdout.write(`${line}\n`);
  const folder = mkdtempSync(join(tmpdir(), "dimmer-bench-"));
  try {
    const results = await measure(plan, folder, say);
    const judged = judge(targets, results);
    const report = describe({ results, judged, plan });
    say(`\n${report}`);
    if (options.record) recordResults(name, report);
    say(JSON.stringify({ bench: name, ratios: judged.ratios, met: judged.met }));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Forwards and backwards in turn, so that a slow stretch of the machine does not always meet the same contestants. */
export const inTurn = (ids, round) => (round % 2 === 0 ? ids : [...ids].reverse());

export const mapValues = (object, map) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
