/** Reads results of an eval that something else ran: promptfoo's, or items with scores as JSON or JSON lines. */

import { EvalItem } from "@dimmer/protocol";
import { joinRepeats } from "@dimmer/server";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { EvalResults } from "./results.ts";
import { isPromptfoo, readPromptfoo } from "./read-promptfoo.ts";

/**
 * Shape:  promptfoo's `-o results.json`, a list of items, `{ "items": […] }`, or one item a line. Items with one id are repeats of it.
 * Errors: a failure that names the line or the item that is none.
 * Source: docs/guide/evals.md.
 */
export function readResults(file: string, text: string, prompt: string | undefined): EvalResults {
  const data = readJson(text);
  if (isPromptfoo(data)) return readPromptfoo(file, data, prompt);
  if (prompt !== undefined)
    throw new Failure(EXIT.usage, `--prompt chooses among promptfoo's prompts, and ${file} is not promptfoo's.`);
  const rows = data === undefined ? readLines(file, text) : rowsOf(file, data);
  return { source: "file", items: joinRepeats(rows.map((row, at) => readItem(file, row, at))), remarks: [] };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function rowsOf(file: string, data: unknown): readonly unknown[] {
  const rows: unknown = Array.isArray(data) ? data : Reflect.get(Object(data), "items");
  if (Array.isArray(rows)) return rows;
  // A file of one line is JSON as well.
  if (typeof data === "object" && data !== null && "scores" in data) return [data];
  throw new Failure(EXIT.failed, `${file} holds neither promptfoo's results nor items.`, {
    mend: 'Give a list of { "id": …, "scores": { … } }, one object with "items", or one such item a line.',
  });
}

function readLines(file: string, text: string): readonly unknown[] {
  const lines = text.split(/\r?\n/u).flatMap((line, at) => (line.trim() === "" ? [] : [{ line, number: at + 1 }]));
  return lines.map(({ line, number }) => {
    const row = readJson(line);
    if (row === undefined) throw new Failure(EXIT.failed, `Line ${number} of ${file} is not JSON.`);
    return row;
  });
}

function readItem(file: string, row: unknown, at: number): EvalItem {
  const read = EvalItem.safeParse(row);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new Failure(EXIT.failed, `Item ${at + 1} of ${file} is none${place}: ${issue?.message ?? ""}`, {
    mend: 'An item is { "id": "…", "scores": { "exact": true, "similarity": 0.8 } }; scores lie between 0 and 1.',
  });
}
