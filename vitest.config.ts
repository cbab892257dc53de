/** Which tests there are: one runner, several suites, all from source through the `dimmer-source` condition. */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = { resolve: { conditions: ["dimmer-source"] }, ssr: { resolve: { conditions: ["dimmer-source"] } } };
const project = (name: string, include: string[], more: object = {}) => ({
  ...source,
  test: { name, include, environment: "node", ...more },
});
/** What takes too long for every run: `npm run verify:long` asks for it. */
const onlyLong = process.env["DIMMER_TEST_LONG"] === "1" ? ["test/faults/**/*.long.ts"] : [];
/** For suites that compute. */
const calm = { testTimeout: 60_000, hookTimeout: 60_000 };
/**
 * For suites that start processes: patient. Browsers and processes on a busy machine can lose a race that nobody
 * meant to run, so a test has a second try; `npm test` names each that took it, with what failed first.
 */
const patient = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 10_000 } }, retry: 1 };
/** For suites that look at the clock: one file after the other, beside nothing. */
const alone = { ...patient, fileParallelism: false };
/** Tests over a library that keeps one state for the process (OpenFeature's): a process for each file. */
const KEEPS_STATE = ["packages/sdk-server/src/**/*.test.ts"];
/** Those that say how soon something must have happened; of the faults the others only say what must be left. */
const timed = [
  ...["spine", "sdk", "local-kill", "schedules"].map((name) => `test/e2e/${name}.test.ts`),
  ...["line", "fault-proxy", "server-storm", "server-telemetry", "server-unread"].map((name) => `test/faults/${name}.test.ts`),
];

/** What takes a minute or more begins first: at the end one core would wait for it. A fresh clone knows no times of an earlier run. */
const SLOW = [
  "e2e/dashboard",
  "demo",
  "first-run",
  "examples",
  "dashboard-keyboard",
  "power-cut",
  "dashboard-people",
  "dashboard-rollouts",
  "dashboard-controls",
  "telemetry-process",
  "every-route",
];
const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = SLOW.findIndex((name) => moduleId.includes(`${name}.test.`));
  return rank < 0 ? SLOW.length : rank;
};

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}

export default defineConfig({
  ...source,
  test: {
    // All cores: nothing else runs meanwhile, and on two of them the default is one.
    maxWorkers: availableParallelism(),
    onConsoleLog: () => {
      throw new Error("A test printed to the console; stray output is a failure.");
    },
    sequence: { sequencer: SlowFirst },
    coverage: {
      provider: "v8",
      include: ["packages/evaluation/src/**/*.ts", "packages/statistics/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/*.contract.ts", "**/index.ts"],
      thresholds: { branches: 100 },
      reporter: ["text"],
    },
    projects: [
      // Files share their modules: loading them again for each was a third of the time. What a test opens it closes.
      project("unit", ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"], {
        ...calm,
        exclude: KEEPS_STATE,
        isolate: false,
      }),
      project("unit-isolated", KEEPS_STATE, calm),
      project("tidy", ["test/*.test.ts"], { testTimeout: 20_000 }),
      project("runtimes", ["test/runtimes/**/*.test.ts"], alone),
      project("e2e", ["test/e2e/**/*.test.ts", "test/faults/**/*.test.ts"], { ...patient, exclude: timed }),
      project("timed", [...timed, ...onlyLong], alone),
    ],
  },
});
