/** Goes down the chain until something answers: read, render, ask the breaker and the budget, call; and tells of all of it. */

import { renderValue, type Rendered } from "../config/render.ts";
import type { Fill, Variables } from "../config/template.ts";
import { isReply, type ModelConfig } from "../config/value.ts";
import type { GenerationError, Outcome, Served } from "../event.ts";
import { chainOf, type Candidate } from "../fallback/chain.ts";
import type { Breaker, Permit } from "../fallback/breaker.ts";
import type { FlagContext } from "../flag-client.ts";
import { elapsedSince } from "../host.ts";
import { AI_LIMITS } from "../limits.ts";
import { openRecorder, within, type Recorder, type Surroundings } from "../recorder.ts";
import { callAttempt, failureWithin, type AttemptEnd, type Call, type OpenAttempt } from "./attempt.ts";
import { RefusalError, RunFailedError, RunTimeoutError, StreamBrokenError, type AttemptFailure } from "./errors.ts";
import { openInterruption, type Interruption } from "./interruption.ts";
import { answeredRun, repliedRun, type Run, type RunParts } from "./run.ts";

export interface RunOptions {
  /** The app's own wish to stop: the run then rejects with its reason, and no other variant is tried. */
  readonly signal?: AbortSignal;
  /** For the run as a whole, a stream's reading included. */
  readonly totalTimeoutMs?: number;
  /** Rejects with a `RunFailedError` where otherwise the declared answer is given after all failed. */
  readonly throws?: boolean;
}

/** A config that was read, ready to be used any number of times. */
export interface Use {
  readonly flag: string;
  readonly context: FlagContext;
  /** What the flag served, or the app's default model; nothing where only the plain answer is left. */
  readonly first: (Candidate & { readonly rendered: Rendered }) | undefined;
  readonly reply: string;
  readonly variables: Variables;
  readonly tools: readonly string[] | undefined;
  readonly timeoutMs: number | undefined;
  readonly totalTimeoutMs: number | undefined;
  readonly task: string | undefined;
  readonly conversation: string | undefined;
}

/** What runs share. */
export interface RunSurroundings extends Surroundings {
  readonly breaker: Breaker;
  readonly fill: Fill;
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
    whole.signal.throwIfAborted();
    whole.wait();
    if (use.first?.served !== undefined) record({ kind: "exposure", served: use.first.served });
    for (const candidate of chainOf(use.first, use.flag, use.context, surroundings.port)) {
      const run = await tryCandidate(candidate, call, state);
      if (run !== undefined) return run;
      if (whole.signal.aborted) break;
    }
    if (whole.signal.aborted && !(whole.signal.reason instanceof RunTimeoutError)) throw whole.signal.reason;
  } catch (error) {
    whole.close();
    throw error;
  }
  return giveUp(state, options.throws === true);
}

interface RunState {
  readonly use: Use;
  readonly surroundings: RunSurroundings;
  readonly whole: Interruption;
  readonly record: Recorder;
  readonly failures: AttemptFailure[];
  readonly missingTools: Set<string>;
  readonly id: string;
  readonly begunMs: number;
  attempts: number;
}

function openState(use: Use, { signal, totalTimeoutMs }: RunOptions, surroundings: RunSurroundings): RunState {
  const { host } = surroundings;
  const id = host.newId();
  const timeoutMs = totalTimeoutMs ?? use.totalTimeoutMs ?? AI_LIMITS.totalTimeoutMs;
  return {
    use,
    surroundings,
    whole: openInterruption({ what: "The run", timeoutMs, outer: signal }, host),
    record: openRecorder({ ...use, run: id, targetingKey: use.context["targetingKey"] }, surroundings),
    failures: [],
    missingTools: new Set(),
    id,
    begunMs: host.monotonicMs(),
    attempts: 0,
  };
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
  const { breaker, port } = state.surroundings;
  const { flag } = state.use;
  const variant = candidate.served?.variant;
  const permit = breaker.admit(JSON.stringify([flag, variant]));
  if (permit === undefined) {
    state.failures.push(failureOf(candidate, "breaker_open", "It failed too often of late; it will be tried again in a while."));
    return undefined;
  }
  if (variant === undefined || takeBudget(port, flag, variant)) return permit;
  permit.release();
  failBefore(candidate, "budget", "Its budget is spent for now.", state);
  return undefined;
}

/** A port that cannot say takes nothing away. */
function takeBudget(port: RunSurroundings["port"], flag: string, variant: string): boolean {
  try {
    return port?.takeBudget?.(flag, variant) ?? true;
  } catch {
    return true;
  }
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
  const interruption = openInterruption({ what: "The attempt", timeoutMs, outer: whole.signal }, surroundings.host);
  const breakOff = (error: unknown, errorType: GenerationError): unknown =>
    errorType === "aborted" ? error : new StreamBrokenError(use.reply, errorType, error);
  try {
    const start = { flag: use.flag, served: candidate.served, number: candidate.number, config, interruption, record, breakOff };
    const attempt = await callAttempt(call, start, surroundings.host);
    return answerWith(attempt, candidate, config, permit, state);
  } catch (error) {
    failAfter(candidate, error, permit, interruption.signal, state);
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
    if (failure?.errorType === "aborted") return state.whole.close();
    if (failure !== undefined) outcome = "error";
    finish(outcome, state);
  };
  void attempt.ended.then(endRun);
  return answeredRun(
    partsOf(() => outcome, candidate.served, state),
    { ...attempt, config },
    state.surroundings,
  );
}

function replyWith<T>(reply: string, candidate: Candidate, state: RunState): Run<T> {
  const outcome = candidate.number > 1 ? "fallback" : "reply";
  finish(outcome, state);
  return repliedRun(
    partsOf(() => outcome, candidate.served, state),
    reply,
    state.surroundings,
  );
}

function giveUp<T>(state: RunState, throws: boolean): Run<T> {
  const outcome = state.use.first === undefined ? "default" : "error";
  finish(outcome, state);
  if (throws && outcome === "error") throw new RunFailedError(state.use.flag, state.failures);
  return repliedRun(
    partsOf(() => outcome, undefined, state),
    state.use.reply,
    state.surroundings,
  );
}

/** The end of the run, told once. */
function finish(outcome: Outcome, { use, surroundings, whole, record, missingTools, attempts, begunMs }: RunState): void {
  whole.close();
  record({
    kind: "run",
    ...(use.first?.served === undefined ? {} : { served: use.first.served }),
    outcome,
    attempts,
    durationMs: elapsedSince(begunMs, surroundings.host),
    ...(missingTools.size === 0 ? {} : { missingTools: [...missingTools] }),
  });
}

function partsOf(outcome: () => Outcome, served: Served | undefined, { id, use, failures, record }: RunState): RunParts {
  const targetingKey = within(use.context["targetingKey"], AI_LIMITS.targetingKeyCharacters);
  return { id, task: use.task, targetingKey, outcome, served, failures, record };
}

// Failures.

function failureOf(
  { number, served }: Candidate,
  errorType: AttemptFailure["errorType"],
  message: string,
  cause?: unknown,
): AttemptFailure {
  return {
    attempt: number,
    ...(served === undefined ? {} : { variant: served.variant }),
    errorType,
    message,
    ...(cause === undefined ? {} : { cause }),
  };
}

/** A candidate that could not even be called; its generation of no duration is how the server hears of it. */
function failBefore(candidate: Candidate, errorType: GenerationError, message: string, state: RunState): undefined {
  const { use, surroundings, record, failures } = state;
  failures.push(failureOf(candidate, errorType, message));
  if (errorType !== "budget") say(candidate, errorType, message, use.flag, surroundings);
  record({
    kind: "generation",
    operation: "chat",
    attempt: candidate.number,
    ...(candidate.served === undefined ? {} : { served: candidate.served }),
    durationMs: 0,
    errorType,
  });
}

function failForTools(candidate: Candidate, missing: readonly string[], state: RunState): undefined {
  const message = `The app does not have the tools ${missing.join(", ")}.`;
  for (const name of missing) state.missingTools.add(name);
  state.failures.push(failureOf(candidate, "missing_tools", message));
  say(candidate, "missing_tools", message, state.use.flag, state.surroundings);
}

function failAfter(candidate: Candidate, error: unknown, permit: Permit, signal: AbortSignal, state: RunState): void {
  const { use, surroundings, failures } = state;
  if (error instanceof RefusalError) {
    permit.succeed();
    failures.push(failureOf(candidate, "refusal", error.message, error));
    return;
  }
  const { errorType, httpStatus } = failureWithin(error, signal);
  settle(permit, errorType, httpStatus);
  failures.push(failureOf(candidate, errorType, error instanceof Error ? error.message : String(error), error));
  // Nobody's network and nobody's refusal: most likely the app's own code, which must not fail unseen.
  if (errorType === "unknown") say(candidate, errorType, describe(error), use.flag, surroundings);
}

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name} was thrown.` : "What was thrown is no error.";

function say({ served }: Candidate, errorType: string, message: string, flag: string, { sayOnce }: Surroundings): void {
  const what = served === undefined ? `the default of ${flag}` : `${flag} · ${served.variant}`;
  sayOnce(`${what} ${errorType}`, `${what} gave no answer (${errorType}). ${message}`);
}

/** What a failure says about the model: nothing where the request was at fault, or nobody wanted the answer any more. */
function settle(permit: Permit, errorType: GenerationError | undefined, httpStatus: number | undefined): void {
  if (errorType === undefined) permit.succeed();
  else if (isOfTheRequest(errorType, httpStatus)) permit.release();
  else permit.fail();
}

const OF_THE_REQUEST: readonly GenerationError[] = ["aborted", "content_filter", "context_length", "invalid_request"];

/** A model that is not there is no fault of the request's. */
const isOfTheRequest = (errorType: GenerationError, httpStatus: number | undefined): boolean =>
  OF_THE_REQUEST.includes(errorType) && httpStatus !== 404;
