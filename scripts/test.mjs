/**
 * `npm test`: installs, builds and runs everything, then prints one table and one line of totals.
 *
 * `--suites a,b` runs only those; `--file a,b` narrows the suites to test files whose path contains one of them;
 * `--report path` writes the totals as JSON. With DIMMER_TEST_REQUIRE=all a skipped test fails.
 * A test that passed only on its second try counts as passed and is named.
 */

import { writeFileSync } from "node:fs";
import { parseArgs, styleText } from "node:util";
import { requireNode } from "./node-version.mjs";

requireNode();

const { installIfNeeded } = await import("./install.mjs");
const { buildIfNeeded } = await import("./build.mjs");
const { runSuite, SUITES } = await import("./suites.mjs");

const { values: options } = parseArgs({
  options: { suites: { type: "string" }, file: { type: "string" }, report: { type: "string" } },
});
const chosen = options.suites === undefined ? Object.keys(SUITES) : options.suites.split(",");
const mustNotSkip = process.env.DIMMER_TEST_REQUIRE === "all";

await installIfNeeded();
await buildIfNeeded();

const results = [];
for (const name of chosen) {
  process.stdout.write(`  ${styleText("yellow", "●")} ${name} …`);
  const result = await runSuite(name, options.file);
  results.push(result);
  process.stdout.write(` ${verdictOf(result)} ${styleText("dim", `${result.seconds.toFixed(1)} s`)}\n`);
  if (isBad(result)) process.stdout.write(`\n${result.output.trimEnd()}\n\n`);
  for (const { title, because } of result.retried) {
    process.stdout.write(`      ${styleText("yellow", "second try")} ${title}\n                 ${because}\n`);
  }
  for (const title of result.skippedTitles) process.stdout.write(`      ${styleText("yellow", "skipped")} ${title}\n`);
}

printTable(results);
const total = sumOf(results);
if (options.report !== undefined) writeFileSync(options.report, JSON.stringify(total));
if (results.some(isBad)) process.exitCode = 1;
process.stdout.write(`\n${wordsOf(total)}\n`);

function isBad(result) {
  return result.failed > 0 || (mustNotSkip && result.skipped > 0);
}

function verdictOf(result) {
  return isBad(result) ? styleText("red", wordsOf(result)) : wordsOf(result);
}

function sumOf(all) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const result of all) for (const kind of Object.keys(sum)) sum[kind] += result[kind];
  // A skip that was not allowed is a failure, in the totals too.
  return mustNotSkip ? { passed: sum.passed, failed: sum.failed + sum.skipped, skipped: 0 } : sum;
}

function wordsOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function printTable(all) {
  const width = Math.max(...all.map((result) => result.name.length));
  const row = (...cells) =>
    `  ${cells[0].padEnd(width)} ${cells
      .slice(1)
      .map((cell) => cell.padStart(9))
      .join(" ")}\n`;
  process.stdout.write(`\n${styleText("bold", row("suite", "passed", "failed", "skipped", "seconds"))}`);
  for (const { name, passed, failed, skipped, seconds } of all) {
    process.stdout.write(row(name, String(passed), String(failed), String(skipped), seconds.toFixed(1)));
  }
}
