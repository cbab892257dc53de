/** `dimmer ramp … --file dimmer.yaml`: edits the document in place, with the ranges that keep people where they are. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type FlagDefinition,
  type FlagDocument,
  rampSplit,
  reallocateSplit,
  type Serve,
  type ServeSplit,
  splitMoves,
  storeSplit,
  type StoredSplit,
  variantsOf,
} from "@dimmer/evaluation";
import type { Move } from "@dimmer/protocol";
import { sayDryRun } from "../change.ts";
import { editServe } from "../document/edit-serve.ts";
import { readSource, requireDocument, type SourceText } from "../document/read-document.ts";
import { chooseEnvironment } from "../environment-choice.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure, notFound, wrongUsage } from "../failure.ts";
import { describeMoves } from "../output/describe-moves.ts";
import { didYouMean } from "../output/suggest.ts";
import { chooseServe, type ChosenServe, type Ramp, readRamp, sayNothingToRamp, sayRamp } from "../split-choice.ts";
import type { Call } from "../verb.ts";

export async function rampFile(call: Call): Promise<void> {
  if (call.option("at") !== undefined)
    throw wrongUsage("--at goes without --file.", "A file is edited now; the server makes changes later.");
  const [key = "", ...words] = call.args;
  const source = await readSource(call.io.cwd, call.option("file") ?? "");
  const flag = flagOf(source, requireDocument(source, "so it is left as it is"), key);
  const environment = chooseEnvironment(
    call.settings.environment,
    Object.keys(flag.environments ?? {}),
    `Flag ${key} in ${source.file}`,
  );
  const config = flag.environments?.[environment];
  if (config === undefined) throw notFound(`Flag ${key} is not configured in ${environment}.`);
  const chosen = chooseServe(config, call.option("rule"), `Flag ${key} in ${environment}`);
  const wanted = readRamp(words, chosen, Object.keys(variantsOf(flag)), key);
  const next = rampServe(chosen.serve, wanted, flag.salt ?? key);
  const moves = movesOf(chosen.serve, next, { flag: key, environment, rule: chosen.rule }, flag.salt ?? key);
  const isDryRun = call.has("dry-run");
  const result = { file: source.file, flag: key, environment, rule: chosen.rule, serve: next, moves };
  if (isDeepStrictEqual(chosen.serve, next)) {
    const nothing = sayNothingToRamp(wanted, key, chosen.rule);
    return call.output.result(result, () => (isDryRun ? sayDryRun([nothing]) : nothing));
  }
  if (!isDryRun) {
    for (const line of describeMoves(moves)) call.output.say(line);
    await call.output.confirm(`${sayRamp(wanted, key, chosen.rule)} in ${environment} of ${source.file}?`);
    await writeServe(call, source, serveAt(key, environment, chosen, config.rules ?? []), next);
  }
  await call.output.result(result, () =>
    isDryRun ? sayDryRun(describeMoves(moves)) : `Ramped ${key}:${wanted.variant} to ${wanted.percent} % in ${source.file}.`,
  );
}

function flagOf(source: SourceText, document: FlagDocument, key: string): FlagDefinition {
  const flag = Object.hasOwn(document.flags, key) ? document.flags[key] : undefined;
  if (flag === undefined)
    throw notFound(`There is no flag ${key} in ${source.file}.`, didYouMean(key, Object.keys(document.flags)));
  return flag;
}

/** The same edit that the server makes: minimal movement where there was a split, laid out from slot 0 where there was none. */
function rampServe(serve: Serve, wanted: Ramp, salt: string): ServeSplit & { readonly stored: StoredSplit } {
  if (!("split" in serve)) {
    const split = wanted.newSplit ?? {};
    return { split, stored: storeSplit(split, { salt }) };
  }
  const ramped = rampSplit(serve.split, wanted.variant, wanted.percent);
  if ("problem" in ramped) throw new Failure(EXIT.failed, `Cannot ramp ${wanted.variant}: ${ramped.problem}.`);
  return { ...serve, split: ramped.split, stored: reallocateSplit(storedOf(serve, salt), ramped.split) };
}

const storedOf = (serve: ServeSplit, salt: string): StoredSplit =>
  serve.stored ?? storeSplit(serve.split, { salt, by: serve.by });

function movesOf(before: Serve, after: ServeSplit, place: Pick<Move, "flag" | "environment" | "rule">, salt: string): Move[] {
  const side = (serve: Serve) => ("split" in serve ? { split: storedOf(serve, salt), rest: serve.rest } : serve);
  return splitMoves(side(before), side(after)).map(({ from, to, slots }) => ({ ...place, from, to, percent: slots / 1000 }));
}

function serveAt(
  key: string,
  environment: string,
  chosen: ChosenServe,
  rules: readonly { readonly id: string }[],
): (string | number)[] {
  const block = ["flags", key, "environments", environment];
  return chosen.rule === "default"
    ? [...block, "default"]
    : [...block, "rules", rules.findIndex(({ id }) => id === chosen.rule), "serve"];
}

async function writeServe(
  call: Call,
  source: SourceText,
  path: readonly (string | number)[],
  next: ServeSplit & { readonly stored: StoredSplit },
): Promise<void> {
  await writeFile(resolve(call.io.cwd, source.file), editServe(source, path, next));
}
