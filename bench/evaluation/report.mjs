/** The result as Markdown: conditions, targets, rates, memory and start. */

import { CLOCK } from "../measure/main-thread-clock.mjs";
import { count, dateLine, decimal, machineLine, table, targetTable } from "../measure/markdown.mjs";
import { KINDS } from "./workload.mjs";

/** Everything a reader needs to believe the numbers, and the numbers. */
export function describeResults({ results, judged, plan }) {
  return [
    conditions(results, plan),
    "### Targets\n",
    targetTable(judged.rows),
    "\n### Evaluations per second of CPU\n",
    rateTable(results),
    "\n### Memory and start\n",
    memoryTable(results),
    sharedLine(results),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function conditions(results, plan) {
  const waits = Object.values(results).flatMap(({ rate }) => (rate === undefined ? [] : KINDS.map((kind) => rate[kind].wait)));
  const most = waits.length === 0 ? "not measured" : percent(Math.max(...waits));
  const rounds = `${plan.rounds} round${plan.rounds === 1 ? "" : "s"}, forwards and backwards in turn`;
  return [
    dateLine(plan, `${rounds}; medians`),
    machineLine(),
    `- Clock: ${CLOCK}. Most time spent waiting for a core, of any contestant's median window: ${most}.`,
    "",
  ].join("\n");
}

function rateTable(results) {
  const measured = Object.values(results).filter(({ rate }) => rate !== undefined);
  return table(
    ["", "a", "b", "c", "waiting for a core"],
    measured.map((entry) => [
      nameOf(entry),
      ...KINDS.map((kind) => count(entry.rate[kind].perCpuSecond)),
      percent(Math.max(...KINDS.map((kind) => entry.rate[kind].wait))),
    ]),
  );
}

function memoryTable(results) {
  return table(
    ["", "B per evaluation, a / b / c", "heap B per flag: ready", "all evaluated", "cold start, CPU ms", "wall ms"],
    Object.values(results).map((entry) => [
      nameOf(entry),
      entry.allocation === undefined ? "" : KINDS.map((kind) => count(entry.allocation[kind])).join(" / "),
      count(entry.heap?.ready),
      count(entry.heap?.evaluated),
      decimal(entry.start?.cpuMs),
      decimal(entry.start?.wallMs),
    ]),
  );
}

/** What the snapshot's values-by-digest save where flags share values, as the five flags of a team's model list do. */
function sharedLine({ dimmer }) {
  if (dimmer?.heapShared === undefined && dimmer?.startShared === undefined) return "";
  const heap =
    dimmer.heapShared === undefined
      ? ""
      : ` ${count(dimmer.heapShared.ready)} B of heap per flag (${count(dimmer.heapShared.evaluated)} with all evaluated)`;
  const start = dimmer.startShared === undefined ? "" : ` a cold start of ${decimal(dimmer.startShared.cpuMs)} CPU ms`;
  return `\nEvery flag of kind c has values of its own above. Where all flags share the same three values, which Dimmer's snapshot carries once, its native client has${[heap, start].filter(Boolean).join(" and")}.`;
}

const nameOf = ({ name, version }) => (version === undefined ? name : `${name} ${version}`);

const percent = (part) => `${(100 * part).toFixed(0)} %`;
