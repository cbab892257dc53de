/** Runs a suite on a value: fills the prompt, asks the model, scores the answers; so many at a time, each within its time. */

import { openTemplates, renderValue, type ModelConfig } from "@dimmer/ai/parts";
import type { JsonValue } from "@dimmer/evaluation";
import { type EvalItem, type EvalScore, type EvalSuite, ProblemError, type SuiteItem } from "@dimmer/protocol";
import type { AskModel, SuiteAnswer } from "./ask-model.ts";
import { joinRepeats, preview } from "./join-repeats.ts";
import { prepareScorers } from "./score-answer.ts";
import { SuiteError } from "./suite-error.ts";

export interface RunPorts {
  /** Asks the model of the value. */
  readonly ask: AskModel;
  /** Asks the judge. */
  readonly askJudge: AskModel;
  /** Milliseconds, of any beginning. */
  readonly clock: () => number;
  /** Called after each item, with how many are done. */
  readonly progress: (done: number) => void;
  /** Ends the run: what has begun is given up, and nothing more begins. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for filling one text; the usual bound unless given. */
  readonly renderMs?: number | undefined;
}

export interface SuiteRun {
  readonly items: readonly EvalItem[];
  /** The models that answered. */
  readonly models: readonly string[];
}

/**
 * Shape:  one item each, in the order of the suite; repeats are its lists of scores. What went wrong in an item is its `error`, and its other
 *         repeats count.
 * Errors: a `SuiteError` or a `ProblemError` ends the run, as every further item would meet it too: no key, a judge that is an alias.
 * Source: docs/guide/evals.md.
 */
export async function runSuite(suite: EvalSuite, value: JsonValue, ports: RunPorts): Promise<SuiteRun> {
  const answer = openAnswer(value, ports);
  const scorers = prepareScorers(suite, ports.askJudge);
  const models = new Set<string>();
  const results: EvalItem[] = [];
  let next = 0;
  let done = 0;

  const runOnce = async (item: SuiteItem): Promise<EvalItem> => {
    const started = ports.clock();
    const inTime = AbortSignal.timeout(suite.timeoutMs);
    const signal = ports.signal === undefined ? inTime : AbortSignal.any([inTime, ports.signal]);
    const scores: Record<string, EvalScore> = {};
    const known = { id: item.id, ...(item.mustPass === undefined ? {} : { mustPass: item.mustPass }) };
    let output: string | undefined;
    const came = () => (output === undefined ? {} : { outputPreview: preview(output) });
    try {
      const { text, model, costMicroUsd } = await answer(item, signal);
      output = text;
      if (model !== undefined) models.add(model);
      const durationMs = ports.clock() - started;
      for (const [name, score] of scorers) scores[name] = await score(item, text, signal);
      return { ...known, scores, durationMs, ...(costMicroUsd === undefined ? {} : { costMicroUsd }), ...came() };
    } catch (error) {
      if (error instanceof SuiteError || error instanceof ProblemError) {
        // Whoever works beside it begins nothing more.
        next = suite.items.length;
        throw error;
      }
      const why = inTime.aborted ? `It took longer than ${suite.timeoutMs} ms.` : sayError(error);
      return { ...known, scores, error: preview(why), ...came() };
    }
  };

  const work = async (): Promise<void> => {
    for (let at = next++; at < suite.items.length && ports.signal?.aborted !== true; at = next++) {
      const item = suite.items[at] as SuiteItem;
      const repeats: EvalItem[] = [];
      for (let repeat = 0; repeat < suite.repeats; repeat++) repeats.push(await runOnce(item));
      results[at] = joinRepeats(repeats)[0] as EvalItem;
      ports.progress(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(suite.concurrency, suite.items.length) }, work));
  return { items: results, models: [...models] };
}

type Answer = (item: SuiteItem, signal: AbortSignal) => Promise<SuiteAnswer>;

/** A value with a `reply` is the answer itself; the input is what the user says last. */
function openAnswer(value: JsonValue, { ask, renderMs }: RunPorts): Answer {
  const fill = openTemplates(renderMs);
  return async ({ variables, input }, signal) => {
    const rendered = renderValue(value, variables, fill);
    if (rendered.value === undefined) throw new Error(rendered.message);
    if ("reply" in rendered.value) return { text: rendered.value.reply, model: undefined };
    return await ask(withInput(rendered.value, input), signal);
  };
}

function withInput(config: ModelConfig, input: string | undefined): ModelConfig {
  if (input === undefined) return config;
  const { instructions, messages = [], ...rest } = config;
  const system = instructions === undefined ? [] : [{ role: "system" as const, content: instructions }];
  return { ...rest, messages: [...system, ...messages, { role: "user", content: input }] };
}

function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
