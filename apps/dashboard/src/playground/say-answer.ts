/** What an answer cost, how long it took and how it ended, in words. */

import { sayCount, sayDollars, sayMilliseconds } from "@dimmer/evaluation";
import type { CallFailure, PlaygroundAnswer } from "@dimmer/protocol";

export interface AnswerFact {
  readonly label: string;
  readonly said: string;
  /** It is the best of all that answered. */
  readonly isBest: boolean;
}

type Measured = Pick<PlaygroundAnswer, "costMicroUsd" | "durationMs" | "inputTokens" | "outputTokens" | "failure" | "model">;

/** Shape: cost, time and tokens, in this order; the cheapest and the quickest of several are told. */
export function factsOf(answer: Measured, all: readonly Measured[]): readonly AnswerFact[] {
  const { costMicroUsd, durationMs, inputTokens, outputTokens } = answer;
  const others = all.filter((one) => one.failure === null && one.model !== null);
  const isBest = (read: (one: Measured) => number | null): boolean => {
    const values = others.map(read);
    if (others.length < 2 || answer.model === null || answer.failure !== null) return false;
    return !values.includes(null) && values.every((value) => (value ?? 0) >= (read(answer) ?? Infinity));
  };
  return [
    {
      label: "Cost",
      said: costMicroUsd === null ? "not known" : sayDollars(costMicroUsd),
      isBest: isBest((one) => one.costMicroUsd),
    },
    { label: "Time", said: sayMilliseconds(durationMs), isBest: isBest((one) => one.durationMs) },
    { label: "Tokens", said: `${sayTokens(inputTokens)} in, ${sayTokens(outputTokens)} out`, isBest: false },
  ];
}

const sayTokens = (count: number | null): string => (count === null ? "unknown" : sayCount(count));

const FAILURES: Readonly<Record<CallFailure["type"], string>> = {
  timeout: "No answer in time",
  rate_limited: "The provider wants fewer calls",
  overloaded: "The provider is overloaded",
  unauthenticated: "The credential was refused",
  invalid_request: "The provider did not take the request",
  content_filter: "The provider’s filter stopped it",
  context_length: "The prompt is too long for the model",
  network: "The provider was not reached",
  aborted: "Given up",
  server_error: "The provider failed",
  template: "The prompt could not be filled",
  invalid_value: "This is no AI config",
  budget: "Not called: the budget",
  no_connection: "No connection",
  unknown: "It did not work",
};

export const sayFailure = ({ type }: CallFailure): string => FAILURES[type];

/** How it ended, where that is worth a word; undefined for an answer that simply ended. */
export function sayEnd({ finishReasons, refused, toolCalls }: Pick<PlaygroundAnswer, "finishReasons" | "refused" | "toolCalls">) {
  if (refused) return "The model refused.";
  if (finishReasons.includes("length")) return "It was cut off at its bound of tokens.";
  if (toolCalls !== null && toolCalls > 0) return `It asks for ${toolCalls === 1 ? "a tool" : `${toolCalls} tools`}.`;
  return undefined;
}
