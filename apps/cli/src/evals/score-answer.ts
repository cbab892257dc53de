/** Scores one answer by the scorers of a suite. */

import { editDistance } from "@dimmer/evaluation";
import type { EvalScore } from "@dimmer/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { wrongUsage } from "../failure.ts";
import { askJudge } from "./judge.ts";
import type { AskModel } from "./models.ts";
import type { Scorer, Suite, SuiteItem } from "./suite.ts";

/** Scores an answer; rejects where it cannot be told. */
type Score = (item: SuiteItem, output: string, signal: AbortSignal) => EvalScore | Promise<EvalScore>;

/** The work of a similarity is the product of both lengths. */
const COMPARED_CHARACTERS = 4_000;

/** Errors: a usage failure for a JSON Schema that is none. */
export function prepareScorers({ scorers }: Suite, ask: AskModel): ReadonlyMap<string, Score> {
  return new Map(Object.entries(scorers).map(([name, scorer]) => [name, prepareScorer(name, scorer, ask)]));
}

function prepareScorer(name: string, scorer: Scorer, ask: AskModel): Score {
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
  const fits = compile(name, schema);
  return (_item, output) => {
    try {
      return fits(JSON.parse(output));
    } catch {
      return false;
    }
  };
}

function compile(name: string, schema: Readonly<Record<string, unknown>>): (data: unknown) => boolean {
  try {
    const validate = new Ajv2020({ strict: false, logger: false }).compile(schema);
    return (data) => validate(data);
  } catch (cause) {
    throw wrongUsage(`The schema of ${name} is no JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}
