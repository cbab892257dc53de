/** One tracked use of an AI config, as the app holds it. */

import type { ModelConfig } from "../config/value.ts";
import type { Outcome, Served } from "../event.ts";
import type { AiPort, RunClaims, RunSample } from "../port.ts";
import { present } from "../present.ts";
import type { Recorder, Surroundings } from "../recorder.ts";
import type { AttemptFailure } from "./errors.ts";
import { recordFeedback, type Feedback } from "./feedback.ts";
import { isStream } from "./stream.ts";

/** What a run gave: a model's answer, or the plain one. */
export type Run<T> = AnsweredRun<T> | RepliedRun;

interface RunBase {
  readonly id: string;
  /** Of a stream only final once it has been read. */
  readonly outcome: Outcome;
  /** The variant that answered; absent where the app's own answer was given. */
  readonly served?: Served;
  /** What was tried before, in order; the errors themselves are in `cause`. */
  readonly failures: readonly AttemptFailure[];
  /** The text in pieces as it comes: of a stream, or one piece. A stream can be read once, here or in `answer`. */
  textStream(): AsyncIterable<string>;
  /** Says what people thought of the answer; the variant that gave it is credited. */
  feedback(feedback: Feedback): void;
  /** A score that a judge or a check gave the answer. */
  score(name: string, value: number, label?: string): void;
  /**
   * Gives what was asked and answered to the judges of the environment, as you want it seen; where none wants this run, nothing leaves.
   * Without Dimmer, or where no variant answered, nothing happens.
   */
  sample(content: { readonly input?: string; readonly output: string }): void;
  /** A signed token with which a browser may send feedback; nothing without Dimmer, which is said once. */
  token(expiresInSeconds?: number): Promise<string | undefined>;
}

export interface AnsweredRun<T> extends RunBase {
  readonly kind: "answer";
  readonly answer: T;
  /** The config that was answered by. */
  readonly config: ModelConfig;
  /** The answer's text where it is one, or an adapter can read it; a stream's is in `textStream`. */
  readonly text: string | undefined;
}

export interface RepliedRun extends RunBase {
  readonly kind: "reply";
  readonly reply: string;
  /** The same as `reply`, so that `run.text` is what to show either way. */
  readonly text: string;
}

/** What a run is made of once it has an answer. */
export interface RunParts {
  readonly id: string;
  readonly task: string | undefined;
  readonly targetingKey: string | undefined;
  /** A function where it may still change, while a stream is read. */
  readonly outcome: Outcome | (() => Outcome);
  readonly served: Served | undefined;
  readonly failures: readonly AttemptFailure[];
  readonly record: Recorder;
}

export function answeredRun<T>(
  parts: RunParts,
  { answer, text, textOf }: Pick<AnsweredRun<T>, "answer" | "text"> & { textOf: (chunk: unknown) => string | undefined },
  config: ModelConfig,
  surroundings: Surroundings,
): AnsweredRun<T> {
  const base = baseOf(parts, () => piecesOf(answer, text, textOf), surroundings);
  return Object.freeze(Object.assign(base, { kind: "answer" as const, answer, config, text }));
}

export function repliedRun(parts: RunParts, reply: string, surroundings: Surroundings): RepliedRun {
  const base = baseOf(parts, () => piecesOf(undefined, reply, () => undefined), surroundings);
  return Object.freeze(Object.assign(base, { kind: "reply" as const, reply, text: reply }));
}

function baseOf(parts: RunParts, textStream: () => AsyncIterable<string>, surroundings: Surroundings): RunBase {
  const { id, served, failures, outcome, record } = parts;
  const base: { -readonly [Field in keyof RunBase]: RunBase[Field] } = {
    id,
    outcome: typeof outcome === "string" ? outcome : outcome(),
    failures,
    textStream,
    feedback: (feedback) => recordFeedback(feedback, served, record),
    score(name, value, label) {
      if (Number.isFinite(value)) record({ kind: "score", name, value, label, served });
    },
    sample: (content) => giveSample(parts, content, surroundings),
    token: (expiresInSeconds) => tokenOf(parts, expiresInSeconds, surroundings),
  };
  if (served !== undefined) base.served = served;
  // Only where it is needed: an object with an accessor takes long to make.
  if (typeof outcome === "function") Object.defineProperty(base, "outcome", { get: outcome });
  return base;
}

async function* piecesOf(
  answer: unknown,
  text: string | undefined,
  textOf: (chunk: unknown) => string | undefined,
): AsyncGenerator<string> {
  if (!isStream(answer)) {
    if (text !== undefined && text !== "") yield text;
    return;
  }
  for await (const chunk of answer) {
    const piece = textOf(chunk);
    if (piece !== undefined && piece !== "") yield piece;
  }
}

function giveSample(
  { id, served, task, targetingKey }: RunParts,
  { input, output }: Parameters<RunBase["sample"]>[0],
  { port, sayOnce }: Surroundings,
): void {
  if (port?.sample === undefined) return sayOnce("sample", "judges come from Dimmer; without its port samples go nowhere.");
  if (served === undefined) return;
  try {
    port.sample(present<RunSample>({ run: id, served, targetingKey, task, input, output }));
  } catch {
    sayOnce("sample-failed", "the port could not take a sample, which is lost.");
  }
}

async function tokenOf(
  { id, served, task, targetingKey }: RunParts,
  expiresInSeconds: number | undefined,
  { port, sayOnce }: { readonly port: AiPort | undefined; readonly sayOnce: Surroundings["sayOnce"] },
): Promise<string | undefined> {
  if (port?.runToken === undefined) {
    sayOnce("runToken", "run tokens come from Dimmer; without its port `run.token()` gives nothing.");
    return undefined;
  }
  const claims = present<RunClaims>({ run: id, served, targetingKey, task });
  try {
    return await port.runToken(claims, expiresInSeconds);
  } catch {
    sayOnce("runToken-failed", "a run token could not be made; `run.token()` gave nothing.");
    return undefined;
  }
}
