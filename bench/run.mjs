/** `npm run bench -- <bench> [options]`: installs what it measures against, builds what it measures, runs one bench. */

import { parseArgs } from "node:util";

const BENCHES = {
  evaluation: "./evaluation/run.mjs",
  delivery: "./delivery/run.mjs",
  requests: "./requests/run.mjs",
  dashboard: "./dashboard/run.mjs",
  telemetry: "./telemetry/run.mjs",
};

const USAGE = `npm run bench -- <bench> [options]

Benches
  evaluation            local evaluation beside other products and the limit
  delivery              a change on its way to thousands of streams, and a restart under them
  requests              snapshots, OFREP and durable changes
  telemetry             events taken, stored, tracked and added up
  dashboard             script, time to act and 5,000 flags in a browser (needs chromium)

Options
  --quick               a short run: enough to see a big change, not to quote
  --rounds <n>          interleaved rounds (5, of delivery, requests and telemetry 3; 1 with --quick)
  --only <ids>          evaluation: these contestants alone, by comma: limit,dimmer,launchdarkly,…
  --measure <names>     evaluation: these measurements alone, by comma: rate,allocation,heap,start
  --rival               requests, dashboard: beside unleash-server on PostgreSQL as well (Node 20; installs 230 MB into bench/rivals)
  --record              writes the result into bench/RESULTS.md
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    only: { type: "string" },
    measure: { type: "string" },
    rival: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const bench = BENCHES[positionals[0]];
if (options.help || bench === undefined) {
  process.stdout.write(USAGE);
  process.exit(options.help ? 0 : 2);
}

const { prepare } = await import("./prepare.mjs");
await prepare(options);
const { run } = await import(bench);
process.exitCode = await run(options);
