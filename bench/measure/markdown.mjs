/** What every report shows: the machine, the targets, and tables. */

import { cpus, totalmem } from "node:os";

export function machineLine() {
  return `- ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}.`;
}

/** Says by itself that a quick run is not to be quoted. */
export function dateLine({ quick }, how) {
  return `- ${quick ? "A **quick** run, not to be quoted. " : ""}${new Date().toISOString().slice(0, 10)}; ${how}.`;
}

export function targetTable(rows) {
  return table(
    ["target", "wanted", "measured", ""],
    rows.map(({ text, atLeast, atMost, value, isMet }) => [
      text,
      atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
      value >= 100 ? value.toFixed(0) : value.toFixed(2),
      isMet ? "met" : "**missed**",
    ]),
  );
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

export const count = (number) => (number === undefined ? "" : Math.round(number).toLocaleString("en-US"));
export const decimal = (number) => (number === undefined ? "" : number.toFixed(1));
