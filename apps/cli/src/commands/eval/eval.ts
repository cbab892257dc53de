/** `dimmer eval FLAG`: what one context, or a million, would get. */

import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import {
  compileSnapshot,
  type CompiledSnapshot,
  type EvaluateOptions,
  type JsonValue,
  type SnapshotFlag,
} from "@dimmer/evaluation";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { Failure, notFound, wrongUsage } from "../../failure.ts";
import { isErrnoException, writeAll } from "../../io.ts";
import { plural } from "../../output/issues.ts";
import { didYouMean } from "../../output/suggest.ts";
import type { Call, Verb } from "../../verb.ts";
import { answerStream, isContext } from "./answer-stream.ts";
import { type Answers, openAnswers } from "./answers.ts";
import { renderTrace } from "./render-trace.ts";
import { loadSnapshot } from "./source.ts";

/** Bytes read at a time from a file of contexts. */
const READ_BYTES = 512 * 1024;

export const evalFlag: Verb = {
  usage: "eval <flag>",
  summary: "evaluate a flag: one JSON object of evaluation details per context and line",
  options: [
    ["--file <file>", "decide from this flag document or snapshot instead of a server"],
    ["--context <json>", "one evaluation context"],
    ["--contexts <file>", "one context per line (NDJSON); - reads them from standard input"],
    ["--override <variant>", "as if this variant were forced; a kill, a required flag, a stop and an only still win"],
    ["--default <json>", "the caller's default, for answers without a variant (null unless given)"],
    ["--key <key>", "a server key, to ask as an SDK does (DIMMER_KEY); else the admin token is used"],
    ["--explain", "tell every step: text on a terminal, an `explain` object with --json or in a pipe"],
  ],
  examples: [
    `eval summarizer --file dimmer.yaml --environment production --context '{"targetingKey":"user-1","plan":"pro"}'`,
    "eval summarizer --contexts users.ndjson > answers.ndjson",
    `eval summarizer --context '{"targetingKey":"user-1"}' --explain`,
  ],
  run: evaluateContexts,
};

async function evaluateContexts(call: Call): Promise<ExitCode> {
  const flagKey = call.args[0] ?? "";
  const [context, contexts] = [call.option("context"), call.option("contexts")];
  if ((context === undefined) === (contexts === undefined)) {
    throw wrongUsage("Give either --context or --contexts.", `For nobody in particular: --context '{}'.`);
  }
  const one = context === undefined ? undefined : readContextOption(context);
  const defaultValue = readJsonOption(call, "default") ?? null;
  const source = await loadSnapshot(call, flagKey);
  const options = overrideOf(call, source.flags[flagKey], flagKey);
  const snapshot = compileSnapshot(source);
  const answers = openAnswers(snapshot, flagKey, defaultValue, options);
  const answer = answererOf(call, answers, flagKey);
  if (one !== undefined) await writeAll(call.io.stdout, `${answer(one)}\n`);
  else await answerAll(call, answers, answer, contexts ?? "-");
  return verdict(call, snapshot, flagKey, answers.errors());
}

/** Without one there are no options at all: a static flag is then answered without looking at anything else. */
function overrideOf(call: Call, flag: SnapshotFlag | undefined, flagKey: string): EvaluateOptions | undefined {
  const variant = call.option("override");
  if (variant === undefined || flag === undefined) return undefined;
  const variants = Object.keys(flag.variants);
  if (!variants.includes(variant)) throw notFound(`Flag ${flagKey} has no variant ${variant}.`, didYouMean(variant, variants));
  return { overrides: { [flagKey]: variant } };
}

function answererOf(call: Call, answers: Answers, flagKey: string): (context: unknown) => string {
  if (!call.has("explain")) return (context) => answers.answer(context);
  if (call.output.json || call.io.stdout.isTTY !== true) return (context) => answers.explained(context).line;
  return (context) => renderTrace(flagKey, answers.explained(context).explanation, call.output.paint);
}

async function answerAll(call: Call, answers: Answers, answer: (context: unknown) => string, file: string): Promise<void> {
  try {
    const input = file === "-" ? call.io.stdin : createReadStream(resolve(call.io.cwd, file), { highWaterMark: READ_BYTES });
    const { lines, bad } = await answerStream(answers, answer, input, call.io.stdout);
    if (bad > 0) call.output.warn(`${plural(bad, "line")} of ${lines} held no context.`);
  } catch (cause) {
    if (isErrnoException(cause) && cause.code === "ENOENT") throw notFound(`There is no file ${file}.`);
    throw cause;
  }
}

function verdict(call: Call, snapshot: CompiledSnapshot, flagKey: string, errors: number): ExitCode {
  if (!snapshot.flags.has(flagKey)) {
    throw notFound(`There is no flag ${flagKey} in ${snapshot.environment}.`, didYouMean(flagKey, [...snapshot.flags.keys()]));
  }
  if (errors === 0) return EXIT.ok;
  call.output.warn(`${plural(errors, "answer")} with an error code.`);
  return EXIT.failed;
}

function readContextOption(text: string): object {
  const context = parseJson(text, "--context");
  if (!isContext(context)) throw wrongUsage("--context is not a JSON object.", `Such as --context '{"targetingKey":"user-1"}'.`);
  return context;
}

/** Undefined where the option was not given. */
function readJsonOption(call: Call, name: string): JsonValue | undefined {
  const text = call.option(name);
  return text === undefined ? undefined : parseJson(text, `--${name}`);
}

function parseJson(text: string, option: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new Failure(EXIT.usage, `${option} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      mend: "Quote it for the shell, with double quotes inside single ones.",
      cause,
    });
  }
}
