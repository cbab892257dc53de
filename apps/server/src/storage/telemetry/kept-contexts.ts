/** How contexts fitted what was declared, day by day, in DuckDB. */

import type { DuckDBValue } from "@duckdb/node-api";
import type { ContextCount } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { ReceivedBatch, Span } from "../../telemetry/telemetry-store.ts";
import { dayOf } from "../../telemetry/times.ts";
import { CONTEXTS, PUT_CONTEXT } from "./duckdb-tables.ts";
import type { Run } from "./open-questions.ts";

const COUNTS = ["seen", "missing", "mistyped", "notAllowed"] as const;

/** Batches that are stored together are summed first: each sum is one row. */
export async function appendContexts(run: Run, batches: readonly ReceivedBatch[]): Promise<void> {
  const sums = new Map<string, { readonly at: readonly DuckDBValue[]; count: number }>();
  const add = (at: readonly DuckDBValue[], count: number): void => {
    if (count === 0) return;
    const key = JSON.stringify(at);
    const sum = sums.get(key) ?? { at, count: 0 };
    sum.count += count;
    sums.set(key, sum);
  };
  for (const { project, environment, batch } of batches) {
    for (const { path, values, ...counts } of batch.contexts ?? []) {
      const at = [project, environment, path, dayOf(batch.minute)];
      for (const what of COUNTS) add([...at, what, ""], counts[what]);
      for (const { value, count } of values) add([...at, "value", value], count);
    }
  }
  for (const { at, count } of sums.values()) await run(PUT_CONTEXT, [...at, count]);
}

export async function readContexts(ask: Run, { project, environment }: Place, span: Span): Promise<ContextCount[]> {
  const rows = await ask(CONTEXTS, [project, environment, dayOf(span.since), span.until, TELEMETRY_LIMITS.rows]);
  const paths = new Set(rows.map(({ path }) => path as string));
  return Array.from(paths, (path) => {
    const own = rows.filter((row) => row["path"] === path);
    const countOf = (what: string): number => Number(own.find((row) => row["what"] === what)?.["count"] ?? 0);
    const [seen, missing, mistyped, notAllowed] = COUNTS.map(countOf) as [number, number, number, number];
    const values = own
      .filter(({ what }) => what === "value")
      .map(({ value, count }) => ({ value: value as string, count: Number(count) }));
    return { path, seen, missing, mistyped, notAllowed, values };
  });
}
