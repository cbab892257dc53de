/** `dimmer evals run SUITE`: asks the model on every item, scores the answers, pushes the report, and says whether it passed. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EvalItem, EvalReportView, EvalSuite } from "@dimmer/protocol";
import { judgeOf, judgeRun, requirePinned, runSuite, type ScorerVerdict, SuiteError, type SuiteRun } from "@dimmer/server";
import { CONTENT_OPTIONS, readContent } from "../../evals/content.ts";
import { openModels } from "../../evals/models.ts";
import { pushResults } from "../../evals/push-results.ts";
import { renderJunit } from "../../evals/render-junit.ts";
import { readSuite } from "../../evals/suite.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { Failure } from "../../failure.ts";
import { plural } from "../../output/issues.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

const MAX_REPEATS = 20;

export const runEvals: Verb = {
  usage: "run <suite>",
  summary: "run a suite on a draft or a version, push the report; the exit code is 1 where it does not pass",
  options: [
    ...CONTENT_OPTIONS,
    ["--repeats <n>", "how often each item is run, in place of what the suite says"],
    ["--local", "push nothing"],
    ["--junit <file>", "write the items as JUnit XML"],
  ],
  examples: [
    "evals run faq.yaml --flag summarizer --variant opus",
    "evals run faq.yaml --flag summarizer --variant opus --version 3 --junit evals.xml",
  ],
  run: runVerb,
};

interface Outcome {
  readonly report: EvalReportView | null;
  readonly passed: boolean;
  readonly scorers: readonly ScorerVerdict[];
  readonly items: readonly EvalItem[];
}

async function runVerb(call: Call): Promise<ExitCode> {
  try {
    return await runFile(call);
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error;
    const { kind, message, mend } = error;
    throw new Failure(kind === "wrong-suite" ? EXIT.usage : EXIT.failed, message, { mend, cause: error });
  }
}

async function runFile(call: Call): Promise<ExitCode> {
  const [file = ""] = call.args;
  const suite = withRepeats(await readSuite(call.io.cwd, file), call.option("repeats"));
  requirePinned(suite);
  const server = await openServer(call);
  const content = await readContent(call, server);
  const { systemClock } = await import("@dimmer/server");
  const wait = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
  const ask = openModels({ env: call.io.env, fetch, wait });
  const progress = (done: number): void => call.output.say(`${done} of ${suite.items.length}`);
  call.output.say(`Running ${plural(suite.items.length, "item")} of ${suite.suite} on ${content.words}.`);
  const run = await runSuite(suite, content.value, { ask, askJudge: ask, clock: systemClock, progress });
  const scorers = judgeRun(suite, run.items);
  const passed = scorers.every((scorer) => scorer.passed);
  const junit = call.option("junit");
  if (junit !== undefined) await writeFile(resolve(call.io.cwd, junit), junitOf(suite, run.items, scorers));
  const isScored = scorers.some(({ scored }) => scored > 0);
  const about = { suite: suite.suite, suiteVersion: suite.version, model: modelOf(run), judge: judgeOf(suite) };
  const results = { source: "dimmer", items: run.items, remarks: [] };
  const report = call.has("local") || !isScored ? null : await pushResults(server, content, about, results);
  const outcome: Outcome = { report, passed, scorers, items: run.items };
  await call.output.result(outcome, () => describe(outcome, call));
  return passed ? EXIT.ok : EXIT.failed;
}

const withRepeats = (suite: EvalSuite, repeats: string | undefined): EvalSuite =>
  repeats === undefined ? suite : { ...suite, repeats: readCount(repeats, "--repeats", MAX_REPEATS) };

const modelOf = ({ models }: SuiteRun): string | undefined => (models.length === 0 ? undefined : models.join(", "));

function describe({ report, passed, scorers, items }: Outcome, { output }: Call): string {
  const failed = items.filter(({ error }) => error !== undefined);
  const errors = failed.slice(0, SHOWN).map(({ id, error }) => `  ${id}: ${error}`);
  return [
    output.table(
      ["scorer", "mean", "scored", "at least", "passed"],
      scorers.map(({ scorer, mean, scored, atLeast, passed: isPass, why }) => [
        scorer,
        mean.toFixed(3),
        `${scored} of ${items.length}`,
        atLeast === null ? "" : String(atLeast),
        isPass ? "yes" : `no: ${why}`,
      ]),
    ),
    ...(failed.length === 0 ? [] : [`${plural(failed.length, "item")} could not be run or scored:`, ...errors]),
    `${passed ? "Passed" : "Did not pass"}${report === null ? "; nothing was pushed" : `; pushed as ${report.id}`}.`,
  ].join("\n");
}

/** Errors that are shown. */
const SHOWN = 20;

function junitOf(suite: EvalSuite, items: readonly EvalItem[], scorers: readonly ScorerVerdict[]): string {
  const ofItems = items.map(({ id, error, scores, durationMs }) => {
    const failed = Object.entries(scores).flatMap(([scorer, score]) => ([score].flat().includes(false) ? [scorer] : []));
    return {
      name: id,
      seconds: durationMs === undefined ? undefined : durationMs / 1_000,
      error,
      failure: error === undefined && failed.length > 0 ? `failed: ${failed.join(", ")}` : undefined,
    };
  });
  const ofScorers = scorers.map(({ scorer, passed, why }) => ({ name: `scorer ${scorer}`, failure: passed ? undefined : why }));
  return renderJunit(suite.suite, [...ofItems, ...ofScorers]);
}
