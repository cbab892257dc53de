/** Runs and their events, in words. */

import { listOf, sayCount, sayDollars, sayMilliseconds } from "@dimmer/evaluation";
import type { ErrorType, Served, StoredEvent } from "@dimmer/protocol";
import type { Cost, RunSummary } from "./read-run.ts";

type Of<K extends StoredEvent["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

/** Who answered in the end: "opus answered after 2 calls, in 1.8 s". */
export function sayOutcome({ end, served, calls }: Pick<RunSummary, "end" | "served" | "calls">): string {
  if (end === undefined) return calls === 0 ? "Nobody has told of an answer" : "Its end was not told";
  const variant = end.served?.variant ?? served?.variant ?? "what was served";
  const after = end.attempts < 2 ? "" : ` after ${end.attempts} calls`;
  return `${OUTCOMES[end.outcome](variant)}${after}, in ${sayMilliseconds(end.durationMs)}`;
}

const OUTCOMES: Readonly<Record<Of<"run">["outcome"], (variant: string) => string>> = {
  model: (variant) => `${variant} answered`,
  fallback: (variant) => `The fallback ${variant} answered`,
  reply: (variant) => `${variant} gave its ready reply`,
  default: () => "The app’s own default answered",
  error: () => "Nobody answered",
};

/** What the flag gave and why: "writer gave opus, version 2, because the rule “Paying” holds". */
export function sayServed(served: Served, nameOfRule: (id: string) => string): string {
  const { flag, variant, valueVersion, rule, path } = served;
  const version = valueVersion === undefined ? "" : `, version ${valueVersion}`;
  const why =
    path === "rule" && rule !== undefined
      ? `the rule ${nameOfRule(rule)} holds`
      : path === undefined
        ? sayReason(served)
        : PATHS[path];
  const marks = MARKS.flatMap(([mark, said]) => (served[mark] === true ? [said] : []));
  return [`${flag} gave ${variant}${version}${why === "" ? "" : `, because ${why}`}`, ...marks].join("; ");
}

const PATHS: Readonly<Record<NonNullable<Served["path"]>, string>> = {
  target: "it names this person",
  rule: "a rule holds",
  default: "no rule holds",
  fallback: "it is the fallback",
  pin: "the session began with it",
  override: "an override asked for it",
};

const MARKS = [
  ["blocked", "it may not have the variant that the rules name"],
  ["ineligible", "a variant that it may not have was left out of the split"],
  ["pinned", "the session is pinned"],
  ["overridden", "it was forced, and is in no metric"],
] as const;

const REASONS: Readonly<Record<string, string>> = {
  TARGETING_MATCH: "a rule or a list says so",
  SPLIT: "its share of the split says so",
  DEFAULT: "no rule holds",
  STATIC: "everyone gets it",
  DISABLED: "the flag was off",
  ERROR: "something went wrong",
};
const sayReason = ({ reason = "" }: Served): string => REASONS[reason] ?? "";

/** A line of a run, with what is worth knowing about it. */
export interface SaidEvent {
  readonly text: string;
  readonly details: readonly string[];
  readonly isFailed: boolean;
}

/** Shape: undefined for what is said elsewhere on the page: the end, the exposure, the words of people. */
export function sayEvent(event: StoredEvent): SaidEvent | undefined {
  if (event.kind === "generation") return sayGeneration(event);
  if (event.kind === "step") return sayStep(event);
  if (event.kind === "metric")
    return {
      text: `The app counted ${event.name}`,
      details: event.value === undefined ? [] : [String(event.value)],
      isFailed: false,
    };
  return undefined;
}

function sayGeneration(event: Of<"generation">): SaidEvent {
  const { requestModel, responseModel, provider, errorType, refused, attempt, shadow } = event;
  const asked = requestModel ?? responseModel ?? "a model";
  const isOther = requestModel !== undefined && responseModel !== undefined && requestModel !== responseModel;
  const of = provider === undefined ? "" : ` of ${provider}`;
  const how =
    errorType !== undefined
      ? `: ${sayError(errorType)}`
      : refused === true
        ? " refused"
        : isOther
          ? `, and ${responseModel} answered`
          : " answered";
  const verb = errorType !== undefined || isOther ? "was asked" : "";
  const text = `${asked}${of}${verb === "" ? "" : ` ${verb}`}${how}`;
  return {
    text: shadow === true ? `Unseen by anybody: ${text}` : text,
    details: [
      ...(attempt > 1 ? [`attempt ${attempt}`] : []),
      ...sayTokens(event),
      ...(errorType === undefined ? [sayCost(event)] : event.costMicroUsd === undefined ? [] : [sayCost(event)]),
      ...(event.timeToFirstChunkMs === undefined ? [] : [`first words after ${sayMilliseconds(event.timeToFirstChunkMs)}`]),
      ...sayFinish(event),
      ...(event.httpStatus === undefined ? [] : [`status ${event.httpStatus}`]),
    ],
    isFailed: errorType !== undefined || refused === true,
  };
}

function sayTokens({
  inputTokens,
  outputTokens,
  cacheReadInputTokens,
  reasoningOutputTokens,
  errorType,
}: Of<"generation">): readonly string[] {
  if (inputTokens === undefined && outputTokens === undefined) return errorType === undefined ? ["tokens not told"] : [];
  const say = (tokens: number | undefined): string => (tokens === undefined ? "?" : sayCount(tokens));
  const cached =
    cacheReadInputTokens === undefined || cacheReadInputTokens === 0 ? "" : ` (${sayCount(cacheReadInputTokens)} from the cache)`;
  const thought =
    reasoningOutputTokens === undefined || reasoningOutputTokens === 0
      ? ""
      : ` (${sayCount(reasoningOutputTokens)} of them to think)`;
  return [`${say(inputTokens)}${cached} → ${say(outputTokens)}${thought} tokens`];
}

const sayCost = ({ costMicroUsd }: Of<"generation">): string =>
  costMicroUsd === undefined ? "cost not known" : sayDollars(costMicroUsd);

function sayFinish({ finishReasons = [], toolCalls = 0 }: Of<"generation">): readonly string[] {
  const ends = finishReasons.flatMap((reason) =>
    reason === "stop" || reason === "tool_calls" ? [] : [FINISHES[reason] ?? `ended by ${reason}`],
  );
  return [...(toolCalls === 0 ? [] : [toolCalls === 1 ? "called a tool" : `called ${toolCalls} tools`]), ...ends];
}

const FINISHES: Readonly<Record<string, string>> = {
  length: "cut off at its longest",
  content_filter: "cut off by the provider’s filter",
  refusal: "refused",
};

/** An error in words; those of steps may be the app's own. */
export const sayError = (errorType: string): string =>
  (ERRORS as Readonly<Record<string, string>>)[errorType] ?? errorType.replaceAll("_", " ");

const ERRORS: Readonly<Record<ErrorType, string>> = {
  timeout: "it took too long",
  rate_limited: "too many requests for its provider",
  overloaded: "its provider was overloaded",
  unauthenticated: "its provider did not take the key",
  invalid_request: "its provider did not understand the request",
  content_filter: "its provider’s filter stopped it",
  context_length: "the prompt was too long for it",
  network: "the line broke",
  aborted: "the app ended it",
  server_error: "its provider had a fault",
  template: "the prompt could not be filled",
  invalid_value: "the value is no AI config",
  budget: "its budget was used up",
  unknown: "it failed, nobody knows why",
};

function sayStep({ operation, name, errorType, costMicroUsd }: Of<"step">): SaidEvent {
  const what = STEPS[operation] ?? operation.replaceAll("_", " ");
  const text = `${what}${name === undefined ? "" : ` ${name}`}`;
  return {
    text: errorType === undefined ? text : `${text}: ${sayError(errorType)}`,
    details: costMicroUsd === undefined ? [] : [sayDollars(costMicroUsd)],
    isFailed: errorType !== undefined,
  };
}

const STEPS: Readonly<Record<string, string>> = {
  execute_tool: "The tool",
  retrieval: "Looked up in",
  rerank: "Sorted again by",
};

/** What somebody, or a judge, made of it. */
export function sayJudgement(event: Of<"feedback"> | Of<"score">): string {
  if (event.kind === "score")
    return `${event.name}: ${Number(event.value.toPrecision(3))}${event.label === undefined ? "" : `, ${event.label}`}`;
  const { name, value, comment } = event;
  switch (name) {
    case "thumbs":
      return value === 0 ? "Thumbs down" : "Thumbs up";
    case "rating":
      return value === undefined ? "Rated" : `Rated ${Math.round(value * 100)} of 100`;
    case "comment":
      return comment === undefined ? "A comment without words" : `“${comment}”`;
    default:
      return WORDS[name];
  }
}

const WORDS = {
  accepted: "Taken as it was",
  edited: "Taken, and edited",
  retried: "Asked again",
  abandoned: "Left without an answer",
} as const;

export function sayTotal({ microUsd, unknown }: Cost): string {
  if (unknown === 0) return sayDollars(microUsd);
  const calls = unknown === 1 ? "one call" : `${unknown} calls`;
  return microUsd === 0 ? "not known" : `${sayDollars(microUsd)}, and ${calls} not known`;
}

/** Shape: "3 calls, 1 failed"; nothing where there was none. */
export function sayCalls({ calls, failed }: Pick<RunSummary, "calls" | "failed">): string {
  if (calls === 0) return "";
  const all = calls === 1 ? "1 call" : `${calls} calls`;
  return failed === 0 ? all : `${all}, ${failed === calls ? (calls === 1 ? "failed" : "all failed") : `${failed} failed`}`;
}

export const sayFeedback = ({ feedback }: Pick<RunSummary, "feedback">): string =>
  listOf(
    feedback.map((one) => sayJudgement(one)),
    "and",
  );
