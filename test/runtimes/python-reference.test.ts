/** Holds the engine against the reference in `spec/reference`, which was written from the design and shares no line with it. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { compileSnapshot, type Evaluation, evaluate, OPERATORS, type Snapshot } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import { requireOrSkip } from "../tools.ts";
import { type Question, randomQuestions, randomSnapshot } from "./random-snapshots.ts";
import { seededRandom } from "./seeded-random.ts";

const REFERENCE = join(import.meta.dirname, "../../spec/reference");
const SEED = 20_260_101;
const SNAPSHOTS = 400;

interface Case {
  readonly snapshot: Snapshot;
  readonly question: Question;
  readonly details: Evaluation;
}

/** What an evaluation says, as it looks on the wire; texts for people are each runtime's own. */
function onTheWire(details: Evaluation): Evaluation {
  return JSON.parse(JSON.stringify({ ...details, errorMessage: undefined })) as Evaluation;
}

function randomCases(): Case[] {
  const random = seededRandom(SEED);
  return Array.from({ length: SNAPSHOTS }, () => {
    const snapshot = JSON.parse(JSON.stringify(randomSnapshot(random))) as Snapshot;
    const compiled = compileSnapshot(snapshot);
    return randomQuestions(random, snapshot).map((question) => {
      const { flag, context, options } = question;
      return { snapshot, question, details: onTheWire(evaluate(compiled, flag, context, options)) };
    });
  }).flat();
}

function askReference(python: string, cases: readonly Case[]): Evaluation[] {
  const lines = cases.map(({ snapshot, question }, at) =>
    JSON.stringify(snapshot === cases[at - 1]?.snapshot ? question : { ...question, snapshot }),
  );
  const input = `${lines.join("\n")}\n`;
  const { stdout, stderr, status } = spawnSync(python, ["-B", join(REFERENCE, "answer.py")], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Evaluation);
}

/** Every fact that a case shows, so that the generator cannot lose sight of a part of the rules unnoticed. */
function factsOf({ question, details }: Case): string[] {
  const { reason, errorCode, flagMetadata, variant } = details;
  const flagged = Object.entries(flagMetadata).filter(([, value]) => value === true);
  return [
    `reason ${reason}`,
    `error ${errorCode}`,
    `path ${flagMetadata.path}`,
    ...flagged.map(([name]) => name),
    ...(flagMetadata.unknowns === undefined ? [] : ["unknowns"]),
    ...(variant === undefined && errorCode === undefined ? ["nothing left"] : []),
    ...(question.flag === "probe-steps" && flagMetadata.unknowns === 98 ? ["runs out of steps"] : []),
    ...(question.probe === undefined ? [] : [`${question.probe} says ${variant}`]),
  ];
}

const EXPECTED_FACTS = [
  ...["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR"].map((reason) => `reason ${reason}`),
  ...["FLAG_NOT_FOUND", "PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT"].map((code) => `error ${code}`),
  ...["target", "rule", "default", "fallback", "pin", "override"].map((path) => `path ${path}`),
  "blocked",
  "ineligible",
  "pinned",
  "overridden",
  "unknowns",
  "nothing left",
  "runs out of steps",
  ...[...OPERATORS, "segment"].flatMap((operator) => [`${operator} says on`, `${operator} says off`]),
];

test("[reference-agrees] the engine and the Python reference give the same answers to random questions", (context) => {
  const python = requireOrSkip(context, "python3");
  const cases = randomCases();
  const theirs = askReference(python, cases);
  expect(theirs.length).toBe(cases.length);
  const differing = cases.flatMap(({ question, snapshot, details }, at) =>
    isDeepStrictEqual(details, theirs[at])
      ? []
      : [{ ...question, flagIs: snapshot.flags[question.flag], ours: details, their: theirs[at] }],
  );
  expect({
    seed: SEED,
    of: cases.length,
    differing: differing.length,
    first: differing.slice(0, 3).map((one) => JSON.stringify(one)),
  }).toEqual({
    seed: SEED,
    of: cases.length,
    differing: 0,
    first: [],
  });
  const facts = new Set(cases.flatMap(factsOf));
  expect(EXPECTED_FACTS.filter((fact) => !facts.has(fact))).toEqual([]);
});

test("[reference-agrees] every vector of spec/vectors is what the reference says", (context) => {
  const python = requireOrSkip(context, "python3");
  const { stdout, stderr, status } = spawnSync(python, ["-B", join(REFERENCE, "check.py")], { encoding: "utf8" });
  expect({ status, stderr, stdout }).toMatchObject({ status: 0, stderr: "" });
});
