/** Goes down the chain until something answers: read, render, ask the breaker and the budget, call; and tells of all of it. */

import { renderValue, type Rendered } from "../config/render.ts";
import { isReply, type ModelConfig } from "../config/value.ts";
import type { GenerationError, Outcome, Served } from "../event.ts";
import type { Permit } from "../fallback/breaker.ts";
import { chainOf, type Candidate } from "../fallback/chain.ts";
import { elapsedSince } from "../host.ts";
import { AI_LIMITS } from "../limits.ts";
import { within } from "../recorder.ts";
import { callAttempt, type AttemptEnd, type Call, type OpenAttempt } from "./attempt.ts";
import { RunFailedError, RunTimeoutError, StreamBrokenError } from "./errors.ts";
import { failAfter, failBefore, failForTools, failureOf, settle } from "./failures.ts";
import { openInterruption } from "./interruption.ts";
import { admitVariant, openState, type RunState, type RunSurroundings, type Use } from "./run-state.ts";
import { answeredRun, repliedRun, type Run, type RunParts } from "./run.ts";
import { runShadow } from "./shadow.ts";

export interface RunOptions {
  /** The app's own wish to stop: the run then rejects with its reason, and no other variant is tried. */
  readonly signal?: AbortSignal;
  /** For the run as a whole, a stream's reading included. */
  readonly totalTimeoutMs?: number;
  /** Rejects with a `RunFailedError` where otherwise the declared answer is given after all failed. */
  readonly throws?: boolean;
  /**
   * Makes the same call for another variant too, unseen, where Dimmer asks for it. It begins when the run has its answer, and what
   * your call does beside asking the model it does twice.
   */
  readonly shadow?: boolean;
}

/**
 * One tracked use.
 *
 * Shape:  resolves with the first answer of the chain, and with the declared one where nothing answered.
 * Errors: rejects with the reason of the app's own signal, and with a `RunFailedError` where `throws` asks for it; with nothing else.
 * Source: ADR-0043.
 */
export async function startRun<T>(use: Use, call: Call<T>, options: RunOptions, surroundings: RunSurroundings): Promise<Run<T>> {
  const state = openState(use, options, surroundings);
  const { whole, record } = state;
  try {
    if (whole.aborted) throw whole.reason;
    whole.wait();
    if (use.first?.served !== undefined) record({ kind: "exposure", served: use.first.served });
    for (const candidate of chainOf(use.first, use.flag, use.context, surroundings.port)) {
      const run = await tryCandidate(candidate, call, state);
      if (run !== undefined) return beginShadow(run, call, options, state);
      if (whole.aborted) break;
    }
    if (whole.aborted && !(whole.reason instanceof RunTimeoutError)) {
      finish("error", state, "aborted");
      throw whole.reason;
    }
  } catch (error) {
    whole.close();
    throw error;
  }
  return giveUp(state, options.throws === true);
}

/** The app does not wait for it; `waitUntil` is for runtimes that would end before it does. */
function beginShadow<R>(run: R, call: Call<unknown>, { shadow }: RunOptions, state: RunState): R {
  const { port, sayOnce, waitUntil } = state.surroundings;
  if (shadow !== true) return run;
  if (port?.shadow === undefined) sayOnce("shadow", "shadow runs come from Dimmer; without its port there are none.");
  else {
    const running = runShadow(call, state);
    waitUntil?.(running);
  }
  return run;
}

/** A run where this candidate answered; nothing where the next one is to be tried. */
async function tryCandidate<T>(
  candidate: Candidate & { readonly rendered?: Rendered },
  call: Call<T>,
  state: RunState,
): Promise<Run<T> | undefined> {
  const { variables } = state.use;
  const rendered = candidate.rendered ?? renderValue(candidate.value, variables, state.surroundings.fill);
  if (rendered.value === undefined) return failBefore(candidate, rendered.errorType, rendered.message, state);
  if (isReply(rendered.value)) return replyWith(rendered.value.reply, candidate, state);
  const missing = missingTools(rendered.value, state.use.tools);
  if (missing.length > 0) return failForTools(candidate, missing, state);
  const permit = admit(candidate, state);
  return permit === undefined ? undefined : callCandidate(candidate, rendered.value, permit, call, state);
}

const missingTools = ({ tools = [] }: ModelConfig, declared: readonly string[] | undefined): readonly string[] =>
  declared === undefined ? [] : tools.map(({ name }) => name).filter((name) => !declared.includes(name));

function admit(candidate: Candidate, state: RunState): Permit | undefined {
  const permit = admitVariant(candidate.served?.variant, state);
  if (permit === "budget") return failBefore(candidate, permit, "Its budget is spent for now.", state);
  if (permit !== "breaker_open") return permit;
  state.failures.push(failureOf(candidate, permit, "It failed too often of late; it will be tried again in a while."));
  return undefined;
}

async function callCandidate<T>(
  candidate: Candidate,
  config: ModelConfig,
  permit: Permit,
  call: Call<T>,
  state: RunState,
): Promise<Run<T> | undefined> {
  const { use, surroundings, whole, record } = state;
  state.attempts++;
  const timeoutMs = config.parameters?.timeoutMs ?? use.timeoutMs ?? AI_LIMITS.attemptTimeoutMs;
  const interruption = openInterruption({ what: "The attempt", timeoutMs, outer: whole }, surroundings.host);
  const breakOff = (error: unknown, errorType: GenerationError): unknown =>
    errorType === "aborted" ? error : new StreamBrokenError(use.reply, errorType, error);
  try {
    const start = { flag: use.flag, served: candidate.served, number: candidate.number, config, interruption, record, breakOff };
    const attempt = await callAttempt(call, start, surroundings.host);
    return answerWith(attempt, candidate, config, permit, state);
  } catch (error) {
    failAfter(candidate, error, permit, interruption, state);
    // What the app's call has begun besides is nobody's any more.
    interruption.abort(error);
    return undefined;
  }
}

function answerWith<T>(
  attempt: OpenAttempt<T>,
  candidate: Candidate,
  config: ModelConfig,
  permit: Permit,
  state: RunState,
): Run<T> {
  let outcome: Outcome = candidate.number > 1 ? "fallback" : candidate.served === undefined ? "default" : "model";
  const endRun = ({ failure }: AttemptEnd): void => {
    settle(permit, failure?.errorType, failure?.httpStatus);
    if (failure !== undefined) outcome = "error";
    finish(outcome, state, failure?.errorType === "aborted" ? "aborted" : undefined);
  };
  void attempt.ended.then(endRun);
  return answeredRun(
    partsOf(attempt.isSettled ? outcome : () => outcome, candidate.served, state),
    attempt,
    config,
    state.surroundings,
  );
}

function replyWith<T>(reply: string, candidate: Candidate, state: RunState): Run<T> {
  const outcome = candidate.number > 1 ? "fallback" : "reply";
  finish(outcome, state);
  return repliedRun(partsOf(outcome, candidate.served, state), reply, state.surroundings);
}

function giveUp<T>(state: RunState, throws: boolean): Run<T> {
  const outcome = state.use.first === undefined ? "default" : "error";
  finish(outcome, state);
  if (throws && outcome === "error") throw new RunFailedError(state.use.flag, state.failures);
  return repliedRun(partsOf(outcome, undefined, state), state.use.reply, state.surroundings);
}

/** The end of the run, told once; `aborted` where the app itself wanted it. */
function finish(outcome: Outcome, state: RunState, errorType?: "aborted"): void {
  const { use, surroundings, whole, record, missingTools, attempts, begunMs } = state;
  whole.close();
  record({
    kind: "run",
    served: use.first?.served,
    outcome,
    errorType,
    attempts,
    durationMs: elapsedSince(begunMs, surroundings.host),
    missingTools: missingTools.size === 0 ? undefined : [...missingTools],
  });
}

function partsOf(outcome: RunParts["outcome"], served: Served | undefined, { id, use, failures, record }: RunState): RunParts {
  const targetingKey = within(use.context["targetingKey"], AI_LIMITS.targetingKeyCharacters);
  return { id, task: use.task, targetingKey, outcome, served, failures, record };
}
