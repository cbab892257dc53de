/** The delivery bench as Markdown. */

import { count, dateLine, decimal, machineLine, table, targetTable } from "../measure/markdown.mjs";

const NAMES = { dimmer: "Dimmer", bare: "bare `node:http`" };

export function describeResults({ results, judged, plan }) {
  const rounds = `${plan.rounds} round${plan.rounds === 1 ? "" : "s"}, forwards and backwards in turn, ${plan.changes} changes each; medians`;
  return [
    dateLine(plan, rounds),
    machineLine(),
    `- ${results.eventBytes} B a change, ${count(results.snapshotBytes)} B of snapshot (gzip, 1,000 flags). The server has one core, all clients the other.`,
    "",
    "### Targets\n",
    targetTable(judged.rows),
    "\n### A change on its way to every stream\n",
    broadcastTable(results),
    "\n### A restart\n",
    stormTable(results, plan),
  ].join("\n");
}

function broadcastTable({ broadcasts }) {
  const rows = Object.entries(broadcasts).flatMap(([id, by]) =>
    Object.entries(by).map(([streams, result]) => [
      NAMES[id],
      count(Number(streams)),
      decimal(result.p50),
      decimal(result.p99),
      decimal(result.appliedP99),
      decimal(result.stallMs),
      decimal(result.bytesAStream / 1_000),
      count(result.connectMs),
    ]),
  );
  return table(
    ["", "streams", "p50 ms", "p99 ms", "applied in 20 SDKs, p99 ms", "loop stall ms", "kB a stream", "ms to connect all"],
    rows,
  );
}

function stormTable({ storms }, { storm }) {
  return table(
    ["", "readers", "back after kill -9, ms", "loop stall ms", "MB resident", "cold start of all, ms"],
    Object.entries(storms).map(([id, result]) => [
      NAMES[id],
      count(storm),
      count(result.backMs),
      count(result.stallMs),
      count(result.rssMb),
      count(result.coldMs),
    ]),
  );
}
