/** One event in a line: when, what, of which variant, and its measures. */

import type { Served, StoredEvent } from "@dimmer/protocol";

export function describeEvent(event: StoredEvent): string {
  const served = event.served === undefined ? "" : `  ${describeServed(event.served)}`;
  const run = event.run === undefined ? "" : `  run ${event.run}`;
  return `${new Date(event.at).toISOString()}  ${SAY[event.kind](event as never)}${served}${run}`;
}

function describeServed({ flag, variant, valueVersion, path, rule, pinned, overridden, blocked, ineligible }: Served): string {
  const version = valueVersion === undefined ? "" : ` v${valueVersion}`;
  const by = rule === undefined ? path : `rule ${rule}`;
  const marks = Object.entries({ pinned, overridden, blocked, ineligible }).flatMap(([name, is]) => (is === true ? [name] : []));
  return `${flag} → ${variant}${version}${by === undefined ? "" : ` by ${by}`}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

type Of<K> = Extract<StoredEvent, { readonly kind: K }>;

const SAY: { readonly [K in StoredEvent["kind"]]: (event: Of<K>) => string } = {
  exposure: () => "met",
  generation({ attempt, responseModel, requestModel, durationMs, errorType, shadow, ...event }) {
    const model = responseModel ?? requestModel ?? "a model";
    const call = `${shadow === true ? "unseen " : ""}call ${attempt} of ${model}`;
    return `${call}: ${milliseconds(durationMs)}, ${errorType === undefined ? sayAnswer(event) : `failed: ${errorType}`}`;
  },
  run: ({ outcome, errorType, attempts, durationMs }) =>
    `${errorType === "aborted" ? "ended by the app" : `answered by ${OUTCOMES[outcome]}`} after ${attempts} calls, ${milliseconds(durationMs)}`,
  step: ({ operation, name, durationMs, errorType }) =>
    `${operation}${optional(" ", name)} ${milliseconds(durationMs)}${optional(", failed: ", errorType)}`,
  feedback: ({ name, value, comment }) => `feedback ${name}${optional(" ", value)}${optional(": ", comment)}`,
  score: ({ name, value, label }) => `score ${name} ${value}${optional(", ", label)}`,
  task: ({ success }) => `task ${success ? "succeeded" : "failed"}`,
  metric: ({ name, value }) => `${name}${optional(" ", value)}`,
};

function sayAnswer({
  inputTokens,
  outputTokens,
  costMicroUsd,
  refused,
}: Pick<Of<"generation">, "inputTokens" | "outputTokens" | "costMicroUsd" | "refused">): string {
  const cost = costMicroUsd === undefined ? "cost unknown" : `$${(costMicroUsd / 1e6).toFixed(6)}`;
  return `${refused === true ? "refused, " : ""}${inputTokens ?? "?"} → ${outputTokens ?? "?"} tokens, ${cost}`;
}

const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;

const optional = (before: string, what: string | number | undefined): string => (what === undefined ? "" : `${before}${what}`);

const OUTCOMES = {
  model: "the model that was served",
  fallback: "a fallback",
  reply: "a canned reply",
  default: "the app's own default",
  error: "nobody",
} as const;
