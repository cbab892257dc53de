/** Scores one answer by the scorers of a suite. */

import { editDistance, type JsonValue } from "@dimmer/evaluation";
import type { EvalScore, EvalSuite, SuiteItem, SuiteScorer } from "@dimmer/protocol";
import { compileValueSchema } from "../../flags/value-schema.ts";
import type { AskModel } from "./ask-model.ts";
import { askJudge } from "./judge.ts";
import { SuiteError } from "./suite-error.ts";

/** Scores an answer; rejects where it cannot be told. */
type Score = (item: SuiteItem, output: string, signal: AbortSignal) => EvalScore | Promise<EvalScore>;

/** The work of a similarity is the product of both lengths. */
const COMPARED_CHARACTERS = 4_000;

/** Errors: a `SuiteError` for a JSON Schema that is none. */
export function prepareScorers({ scorers }: EvalSuite, ask: AskModel): ReadonlyMap<string, Score> {
  return new Map(Object.entries(scorers).map(([name, scorer]) => [name, prepareScorer(name, scorer, ask)]));
}

function prepareScorer(name: string, scorer: SuiteScorer, ask: AskModel): Score {
  if (scorer.type === "exact") return ({ expected = "" }, output) => output.trim() === expected.trim();
  if (scorer.type === "contains")
    return ({ expected = "" }, output) => (scorer.texts ?? [expected]).every((text) => output.includes(text));
  if (scorer.type === "similarity") return ({ expected = "" }, output) => similarity(expected.trim(), output.trim());
  if (scorer.type === "json-schema") return fitting(name, scorer.schema);
  return (item, output, signal) => askJudge(ask, scorer, item, output, signal);
}

/** 1 for equal texts, 0 for texts that have nothing where the other has it. */
function similarity(expected: string, output: string): number {
  const [one, other] = [expected.slice(0, COMPARED_CHARACTERS), output.slice(0, COMPARED_CHARACTERS)];
  const longest = Math.max(one.length, other.length);
  return longest === 0 ? 1 : 1 - editDistance(one, other) / longest;
}

function fitting(name: string, schema: Readonly<Record<string, unknown>>): Score {
  const compiled = compileValueSchema(schema as Readonly<Record<string, JsonValue>>);
  if ("issues" in compiled)
    throw new SuiteError("wrong-suite", `The schema of ${name} is no JSON Schema: ${compiled.issues[0]?.message ?? ""}`);
  return (_item, output) => {
    const answer = parse(output);
    return answer !== undefined && compiled.check(answer).length === 0;
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
