/** Metrics as a table or as lines, for tools that read no nested JSON. */

import type { MetricsView, VariantMetrics } from "@dimmer/protocol";

/**
 * The variants, one a line; quantiles are columns of their own.
 *
 * Source: RFC 4180; reliability A66.
 */
export function metricsCsv({ variants }: MetricsView): string {
  const rows = variants.map(flatten);
  const head = rows[0] === undefined ? ["variant", "part"] : Object.keys(rows[0]);
  return [head, ...rows.map((row) => Object.values(row))].map((cells) => cells.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Everything, one a line, each with what it is as `record`. */
export function metricsNdjson(view: MetricsView): string {
  const { variants, defined, values, tasks, shadow, models, series, leftOut } = view;
  const records = [
    ...variants.map((row) => ({ record: "variant", ...row })),
    ...(defined ?? []).map((row) => ({ record: "defined", ...row })),
    ...(values ?? []).map((row) => ({ record: "value", ...row })),
    ...(tasks ?? []).map((row) => ({ record: "task", ...row })),
    ...(shadow ?? []).map((row) => ({ record: "shadow", ...row })),
    ...(models ?? []).map((row) => ({ record: "model", ...row })),
    ...(series ?? []).flatMap(({ variant, points }) => points.map((point) => ({ record: "point", variant, ...point }))),
    ...leftOut.map((part) => ({ record: "left-out", ...part })),
  ];
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

type Cell = string | number | null;

function flatten(row: VariantMetrics): Readonly<Record<string, Cell>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, Cell][] =>
      typeof value === "object" && value !== null
        ? Object.entries(value as Readonly<Record<string, number | null>>).map(([share, at]) => [`${name}_${share}`, at])
        : [[name, value as Cell]],
    ),
  );
}

/** What a spreadsheet would take for a formula is text. */
function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+@\t\r-]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
