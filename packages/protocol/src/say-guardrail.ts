/** Guardrails in words: what each is about, and how its figures are said. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import type { GuardrailMetric } from "./rollouts.ts";

type Named = Exclude<GuardrailMetric, `metric:${string}` | `score:${string}`>;

export interface GuardrailWords {
  readonly title: string;
  /** What it is a share or a mean of. */
  readonly about: string;
  readonly say: (value: number) => string;
}

const tokens = (value: number): string => sayCount(Math.round(value));

const WORDS: Readonly<Record<Named, GuardrailWords>> = {
  error_rate: { title: "Errors", about: "Calls that failed", say: sayShare },
  timeout_rate: { title: "Timeouts", about: "Calls that took too long to wait for", say: sayShare },
  refusal_rate: { title: "Refusals", about: "Answers in which the model refused", say: sayShare },
  slow_rate: {
    title: "Slow answers",
    about: "Slower than 95 % of the others were before it began; what failed counts as slow",
    say: sayShare,
  },
  slow_first_chunk_rate: {
    title: "Slow first words",
    about: "Later than 95 % of the others were before it began",
    say: sayShare,
  },
  thumbs_down_rate: { title: "Disliked", about: "Of all answers, not of the rated ones", say: sayShare },
  retry_rate: { title: "Asked again", about: "Answers after which people tried once more", say: sayShare },
  abandon_rate: { title: "Given up", about: "Answers that people did not wait for", say: sayShare },
  fallback_rate: { title: "Fallback answered", about: "Runs that something else than what was served answered", say: sayShare },
  cost_over_cap_rate: {
    title: "Very dear calls",
    about: "Dearer than 999 of 1,000 calls of the others were before it began",
    say: sayShare,
  },
  cost: { title: "Cost", about: "Of a person, on average", say: sayDollars },
  output_tokens: { title: "Length of answers", about: "Tokens of a person, on average", say: tokens },
  duration: { title: "Time an answer takes", about: "Of a person, on average", say: sayMilliseconds },
};

const plain = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");

/** Shape: what the project defined or a judge scores has the name that it was given. */
export function wordsOfGuardrail(metric: GuardrailMetric): GuardrailWords {
  if (metric.startsWith("metric:")) return { title: metric.slice("metric:".length), about: "A metric of yours", say: plain };
  if (metric.startsWith("score:"))
    return { title: metric.slice("score:".length), about: "A judge’s score, of which less is worse", say: plain };
  return WORDS[metric as Named];
}
