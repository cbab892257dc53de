/** The telemetry bench as Markdown. */

import { count, dateLine, decimal, machineLine, table, targetTable } from "../measure/markdown.mjs";

export function describeResults({ results: { ingestion, flags, rows, call, query, memory }, judged, plan }) {
  const rounds = `${plan.rounds} round${plan.rounds === 1 ? "" : "s"}, forwards and backwards in turn; medians`;
  return [
    dateLine(plan, rounds),
    machineLine(),
    "- The server and its telemetry process have one core, whoever sends the other; ten events a request, each with an id of its own.",
    "",
    "### Targets\n",
    targetTable(judged.rows),
    "\n### Measured\n",
    table(
      ["", "Dimmer", "beside"],
      [
        [
          "CPU of the server for a request of ten events, µs",
          count(ingestion.dimmer.cpuMicros),
          `${count(ingestion.echo.cpuMicros)} (echo)`,
        ],
        [
          "answered in, p50 / p99 ms",
          `${ingestion.dimmer.p50} / ${ingestion.dimmer.p99}`,
          `${ingestion.echo.p50} / ${ingestion.echo.p99} (echo)`,
        ],
        ["a change accepted, ms", decimal(flags.busy.acceptedMs), `${decimal(flags.idle.acceptedMs)} (idle)`],
        ["a change at the last of 50 streams, ms", decimal(flags.busy.arrivedMs), `${decimal(flags.idle.arrivedMs)} (idle)`],
        ["rows stored a second", count(rows.storePerSecond), `${count(rows.barePerSecond)} (DuckDB)`],
        [
          "a tracked call, µs of the main thread",
          decimal(call.tracked),
          `${decimal(call.bare)} (the call), ${decimal(call.decided)} (decided and filled)`,
        ],
        ...Object.keys(query.ours).map((name) => [
          `metrics of ${count(query.rows)} events ${name}, ms`,
          count(query.ours[name]),
          `${count(query.bare[name])} (DuckDB)`,
        ]),
        [
          `memory of the server under ${count(memory.events)} events, MB`,
          decimal(memory.endBytes / 1e6),
          `${decimal(memory.quarterBytes / 1e6)} (a quarter of the way)`,
        ],
      ],
    ),
  ].join("\n");
}
