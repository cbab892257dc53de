/** The requests bench as Markdown. */

import { count, dateLine, decimal, machineLine, table, targetTable } from "../measure/markdown.mjs";

const NAMES = { dimmer: "Dimmer", bare: "the limit", unleash: "unleash-server 6.4.1" };

export function describeResults({ results, judged, plan }) {
  const rounds = `${plan.rounds} round${plan.rounds === 1 ? "" : "s"} of ${plan.seconds} s, forwards and backwards in turn; medians`;
  const { perSecond, barePerSecond, rowBytes } = results.writes;
  return [
    dateLine(plan, rounds),
    machineLine(),
    "- 64 connections; the server has one core, its clients the other; rates are by the server's CPU time.",
    "",
    "### Targets\n",
    targetTable(judged.rows),
    "\n### Answers\n",
    rateTable(results.rates),
    "\n### Durable changes\n",
    `Eight writers through the API: ${count(perSecond)} acknowledged changes a second, ${count(rowBytes)} B of store each (change, audit row, versions). Bare SQLite, one writer, one row of as many bytes a transaction, the same \`synchronous = FULL\`: ${count(barePerSecond)} a second. Ratio ${(perSecond / barePerSecond).toFixed(2)}.`,
  ].join("\n");
}

function rateTable(rates) {
  const names = Object.keys(rates.dimmer);
  const rows = names.flatMap((name) =>
    Object.entries(rates)
      .filter(([, by]) => by[name] !== undefined)
      .map(([id, by]) => [
        name,
        NAMES[id],
        count(by[name].perCpuSecond),
        count(by[name].perSecond),
        decimal(by[name].p50),
        decimal(by[name].p99),
        count(by[name].bytes),
      ]),
  );
  return table(["", "", "a CPU second", "a second", "p50 ms", "p99 ms", "B an answer"], rows);
}
