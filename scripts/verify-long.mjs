/** `npm run verify:long`: what takes too long for every run: 200 kills under writes, 300 power cuts, a second start, every fault at full length, every page looked at, every ramp simulated. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireNode } from "./node-version.mjs";

requireNode();

const { installIfNeeded } = await import("./install.mjs");
const { buildIfNeeded } = await import("./build.mjs");
const { ROOT, runCommand, runTool } = await import("./run-command.mjs");

const KILLS = 200;
const SECOND_START_LIMIT_MS = 3_000;

await installIfNeeded();
await buildIfNeeded();
const results = [
  await timeSecondStart(),
  await killManyTimes(),
  await cutPower(),
  await breakTheLine(),
  await lookAtEveryPage(),
  await simulateRamps(),
];
const failed = results.filter((ok) => !ok).length;
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);

/** `npm start` on a tree that is installed and built, with data from an earlier start. */
async function timeSecondStart() {
  const dataDir = mkdtempSync(join(tmpdir(), "dimmer-start-"));
  const first = await timeStart(dataDir);
  const second = await timeStart(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  process.stdout.write(
    `  start with an empty store ${(first / 1000).toFixed(2)} s, second start ${(second / 1000).toFixed(2)} s\n`,
  );
  return second < SECOND_START_LIMIT_MS;
}

async function timeStart(dataDir) {
  const started = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: { ...process.env, DIMMER_DATA_DIR: dataDir, DIMMER_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "close");
  await untilItRuns(child);
  const took = performance.now() - started;
  // npm and all it started, as Ctrl-C at a terminal would.
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  await ended;
  return took;
}

function untilItRuns(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      if (said.includes("runs at")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", () => reject(new Error(`npm start ended before the server ran:\n${said}`)));
  });
}

async function killManyTimes() {
  process.stdout.write(`  ${KILLS} times kill -9 under writes …\n`);
  const args = ["run", "--project", "e2e", "test/e2e/kill-nine"];
  const { code } = await runTool("vitest/vitest.mjs", args, {
    attached: true,
    env: { ...process.env, DIMMER_TEST_KILLS: String(KILLS) },
  });
  return code === 0;
}

/** Also a kill at every write of a first start. */
async function cutPower() {
  process.stdout.write("  300 power cuts …\n");
  const { code } = await runCommand(
    process.execPath,
    ["--conditions=dimmer-source", "--import", "tsx", "test/power-cut/run.ts"],
    {
      attached: true,
    },
  );
  return code === 0;
}

/** 10,000 seeded runs of bad bytes, up to 200 SDKs at once, two minutes of flapping. */
async function breakTheLine() {
  process.stdout.write("  faults between SDKs and their server at full length …\n");
  const { code } = await runTool(
    "vitest/vitest.mjs",
    ["run", "--project", "e2e", "--project", "timed", "--no-file-parallelism", "test/faults"],
    {
      attached: true,
      env: { ...process.env, DIMMER_TEST_LONG: "1" },
    },
  );
  return code === 0;
}

/** Axe and the keyboard on every page, in both themes, wide and narrow. */
async function lookAtEveryPage() {
  process.stdout.write("  every page of the dashboard …\n");
  const args = ["run", "--project", "e2e", "test/e2e/dashboard.test.ts", "test/e2e/dashboard-keyboard.test.ts"];
  const { code } = await runTool("vitest/vitest.mjs", args, { attached: true, env: { ...process.env, DIMMER_TEST_LONG: "1" } });
  return code === 0;
}

/** What the statistics promise of ramps, in as many as the targets name: some 10,000, 400 looks each. */
async function simulateRamps() {
  process.stdout.write("  ramps by the thousand …\n");
  const args = ["run", "--project", "unit", "packages/statistics/src/simulation"];
  const { code } = await runTool("vitest/vitest.mjs", args, { attached: true, env: { ...process.env, DIMMER_TEST_LONG: "1" } });
  return code === 0;
}
