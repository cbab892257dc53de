/** What `npm test` runs: each suite by name, and how one is run and counted. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "./run-command.mjs";

const check = (script, ...args) => ({ kind: "check", script, args });
const vitest = (...args) => ({ kind: "vitest", args });

/** Rooms whose every branch is covered, by their own tests alone. */
const COVERED = ["packages/evaluation/", "packages/statistics/"];

/** Suites in the order they run: what fails fastest comes first. A check counts as one test. */
export const SUITES = {
  lint: check("oxlint/bin/oxlint", "--type-aware"),
  format: check("oxfmt/bin/oxfmt", "--check"),
  types: check("typescript/bin/tsc", "-p", "tsconfig.test.json"),
  dashboard: check("typescript/bin/tsc", "-p", "apps/dashboard"),
  tidy: vitest("--project", "tidy"),
  evaluation: vitest("--project", "unit", ...COVERED, "--coverage"),
  unit: vitest("--project", "unit", "--project", "unit-isolated", ...COVERED.flatMap((room) => ["--exclude", `${room}**`])),
  runtimes: vitest("--project", "runtimes"),
  e2e: vitest("--project", "e2e"),
  timed: vitest("--project", "timed"),
};

/** Runs one suite; `file` narrows a vitest suite to the test files whose path contains it, or one of several with commas between. */
export async function runSuite(name, file) {
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`There is no suite ${name}; there are ${Object.keys(SUITES).join(", ")}.`);
  const started = performance.now();
  const counts = suite.kind === "check" ? await runCheck(suite) : await runVitest(suite, file);
  return { name, seconds: (performance.now() - started) / 1000, ...counts };
}

async function runCheck({ script, args }) {
  const { code, output } = await runTool(script, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, skippedTitles: [], retried: [], output };
}

async function runVitest({ args }, file) {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-test-"));
  const report = join(folder, "report.json");
  const narrowed = file === undefined ? args : [...args, ...file.split(",")];
  const { code, output } = await runTool("vitest/vitest.mjs", [
    "run",
    ...narrowed,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const counts = countReport(report);
  rmSync(folder, { recursive: true, force: true });
  // A file that does not load, a missed threshold or a stray rejection fails the run without failing one test.
  const failed = Math.max(counts.failed, code === 0 ? 0 : 1);
  return { ...counts, failed, output };
}

function countReport(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skippedTitles: [], retried: [] };
  }
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const skippedTests = tests.filter((test) => test.status === "skipped" || test.status === "pending" || test.status === "todo");
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: skippedTests.length,
    skippedTitles: skippedTests.map((test) => test.fullName),
    // A test that passed keeps what its first try failed of.
    retried: tests
      .filter((test) => test.status === "passed" && test.failureMessages.length > 0)
      .map((test) => ({ title: test.fullName, because: test.failureMessages[0].split("\n")[0] })),
  };
}
