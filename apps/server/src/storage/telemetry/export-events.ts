/** Writes events out of DuckDB into a file, in forms that other tools read. */

import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EventFormat } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type { ExportedFile, ExportQuestion } from "../../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { QuestionTooLargeError } from "../../telemetry/telemetry-store.ts";
import { EVENT_COLUMNS } from "./event-columns.ts";
import type { Run } from "./open-questions.ts";

const PREFIX = "telemetry-export-";

/** Beside the store, where there is room for it; a store in memory has no place of its own. */
export const exportFolder = (path: string): string => (path === ":memory:" ? tmpdir() : dirname(path));

/** What a server that was killed left; only beside a file, which one process has at a time. */
export function removeExports(path: string): void {
  if (path === ":memory:") return;
  const folder = exportFolder(path);
  for (const name of readdirSync(folder)) if (name.startsWith(PREFIX)) rmSync(join(folder, name), { force: true });
}

/** Of which environment everybody knows who asked; the hash stands for the id beside it. */
const LEFT_OUT = new Set(["project", "environment", "id_hash"]);

const OPTIONS: Readonly<Record<EventFormat, string>> = {
  ndjson: "FORMAT json",
  csv: "FORMAT csv, HEADER",
  parquet: "FORMAT parquet, COMPRESSION zstd",
};

const ASKED = `project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
  AND ($5 = '' OR flag = $5) AND ($6 = '' OR kind = $6)`;

/**
 * Shape:  in the order in which events were stored. A file that could not be finished is removed.
 * Errors: `QuestionTooLargeError` for more rows than one export may have; DuckDB's own.
 * Source: ADR-0050; reliability A66.
 */
export async function exportEvents(
  run: Run,
  folder: string,
  { project, environment }: Place,
  { since, until, flag, kind, format }: ExportQuestion,
): Promise<ExportedFile> {
  const values = [project, environment, since, until, flag, kind];
  const rows = Number((await run(`SELECT count(*) AS count FROM events WHERE ${ASKED}`, values))[0]?.["count"]);
  if (rows > TELEMETRY_LIMITS.exportRows)
    throw new QuestionTooLargeError(`${rows} events are more than the ${TELEMETRY_LIMITS.exportRows} of one export.`);
  const path = join(folder, `${PREFIX}${randomUUID()}.${format}`);
  const columns = EVENT_COLUMNS.filter(({ name }) => !LEFT_OUT.has(name)).map(({ name, type }) =>
    format === "csv" && type === "VARCHAR" ? escaped(name) : name,
  );
  const query = `SELECT ${columns.join(", ")} FROM events WHERE ${ASKED}`;
  try {
    await run(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (${OPTIONS[format]})`, values);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  return { path, rows };
}

/** What a spreadsheet would take for a formula is text. */
const escaped = (name: string): string =>
  `CASE WHEN regexp_matches(${name}, '^[=+@\\t\\r\\-]') THEN '''' || ${name} ELSE ${name} END AS ${name}`;
