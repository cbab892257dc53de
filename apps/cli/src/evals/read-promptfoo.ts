/** Reads promptfoo's `-o results.json`: one row a test, prompt and provider. */

import { createHash } from "node:crypto";
import { type EvalItem, EVAL_LIMITS } from "@dimmer/protocol";
import { joinRepeats, preview } from "@dimmer/server";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { EvalResults } from "./results.ts";

type Json = Readonly<Record<string, unknown>>;

/** What `failureReason` says of a test that could not be run. */
const REASON_ERROR = 2;
const MICRO = 1_000_000;
const SHOWN_HASH = 16;

/** The summary lies in `results` of the file, and was the file itself in old versions. */
export const isPromptfoo = (data: unknown): boolean => summaryOf(data) !== undefined;

function summaryOf(data: unknown): Json | undefined {
  const inner = at(data, "results");
  return [inner, data].find((one): one is Json => Array.isArray(at(one, "results")) && typeof at(one, "version") === "number");
}

/**
 * Shape:  the rows of one prompt and provider. `pass` is promptfoo's verdict, `score` its score, and each named score goes by its name.
 *         promptfoo numbers tests by their place; an item's id is the test's own (`metadata.id`), else its description, else a hash of its
 *         variables and assertions, so that it stays the same when tests are moved. Repeats have the same and are joined.
 * Errors: a failure where the file has several prompts or providers and none is chosen.
 * Source: promptfoo `src/types/index.ts`, OutputFile and EvaluateSummaryV3.
 */
export function readPromptfoo(file: string, data: unknown, prompt: string | undefined): EvalResults {
  const summary = summaryOf(data) ?? {};
  const rows = chooseRows(file, listAt(summary, "results"), prompt);
  const read = rows.map(readRow);
  const timestamp = at(summary, "timestamp");
  return {
    source: "promptfoo",
    items: joinRepeats(read.map(({ item }) => item)),
    at: typeof timestamp === "string" && !Number.isNaN(Date.parse(timestamp)) ? new Date(timestamp).toISOString() : undefined,
    model: textAt(at(rows[0], "provider"), "id"),
    remarks: [...new Set(read.flatMap(({ remarks }) => remarks))],
  };
}

function chooseRows(file: string, rows: readonly unknown[], wanted: string | undefined): readonly unknown[] {
  const names = [...new Set(rows.map(nameOf))];
  const chosen = wanted === undefined ? rows : rows.filter((row) => nameOf(row) === wanted);
  if (wanted === undefined ? names.length === 1 : chosen.length > 0) return chosen;
  if (names.length === 0) throw new Failure(EXIT.failed, `${file} has no results.`);
  const why = wanted === undefined ? "has results of several prompts" : `has no results of the prompt "${wanted}"`;
  const mend = `Choose the one that is this variant with --prompt: ${names.map((name) => `"${name}"`).join(", ")}.`;
  throw new Failure(EXIT.usage, `${file} ${why}.`, { mend });
}

/** `openai:gpt-5 0`: the provider and the place of the prompt. */
function nameOf(row: unknown): string {
  const provider = at(row, "provider");
  const id = typeof provider === "string" ? provider : ((textAt(provider, "label") || textAt(provider, "id")) ?? "unknown");
  const index = at(row, "promptIdx");
  return typeof index === "number" ? `${id} ${index}` : id;
}

function readRow(row: unknown): { readonly item: EvalItem; readonly remarks: readonly string[] } {
  const isError =
    at(row, "failureReason") === REASON_ERROR || (at(row, "response") === undefined && typeof at(row, "error") === "string");
  const named = Object.entries(Object(at(row, "namedScores")) as Json);
  const all: [string, unknown][] = [["pass", at(row, "success")], ["score", at(row, "score")], ...named];
  const given = isError ? [] : all.filter(([, score]) => score !== undefined && score !== null);
  const scores = given.filter((one): one is [string, number | boolean] => isScore(one[1]));
  const remarks = given
    .filter(([, score]) => !isScore(score))
    .map(([name]) => `Scores of "${name}" that do not lie between 0 and 1 were left out.`);
  const latency = at(row, "latencyMs");
  const cost = at(row, "cost");
  const output = at(at(row, "response"), "output");
  return {
    item: {
      id: idOf(row),
      scores: Object.fromEntries(scores),
      ...(isError ? { error: preview(textAt(row, "error") ?? "It could not be run.") } : {}),
      ...(isCount(latency, EVAL_LIMITS.durationMs) ? { durationMs: latency } : {}),
      ...(isCount(cost, EVAL_LIMITS.costMicroUsd / MICRO) ? { costMicroUsd: Math.round(cost * MICRO) } : {}),
      ...(output === undefined || output === null ? {} : { outputPreview: preview(sayOutput(output)) }),
    },
    remarks,
  };
}

const isScore = (score: unknown): score is number | boolean =>
  typeof score === "boolean" || (typeof score === "number" && score >= 0 && score <= 1);
const isCount = (value: unknown, most: number): value is number => typeof value === "number" && value >= 0 && value <= most;
const sayOutput = (output: unknown): string => (typeof output === "string" ? output : JSON.stringify(output));

function idOf(row: unknown): string {
  const test = at(row, "testCase");
  const own = textAt(at(test, "metadata"), "id") ?? (textAt(test, "description") || textAt(row, "description"));
  if (own !== undefined && own !== "") return own.slice(0, EVAL_LIMITS.idChars);
  const content = JSON.stringify([sorted(at(row, "vars")), sorted(at(test, "assert"))]);
  return createHash("sha256").update(content).digest("hex").slice(0, SHOWN_HASH);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

const at = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
const listAt = (value: unknown, name: string): readonly unknown[] => {
  const list = at(value, name);
  return Array.isArray(list) ? list : [];
};
function textAt(value: unknown, name: string): string | undefined {
  const text = at(value, name);
  return typeof text === "string" ? text : undefined;
}
