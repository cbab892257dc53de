/** Guardrails in words: what each is about, how its figures are said, and how it stands. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import type { Guardrail, GuardrailMetric, GuardrailReading, VerdictEvidence } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

type Named = Exclude<GuardrailMetric, `metric:${string}` | `score:${string}`>;

interface Words {
  readonly title: string;
  /** What it is a share or a mean of. */
  readonly about: string;
  readonly say: (value: number) => string;
}

const tokens = (value: number): string => sayCount(Math.round(value));

const WORDS: Readonly<Record<Named, Words>> = {
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
export function wordsOf(metric: GuardrailMetric): Words {
  if (metric.startsWith("metric:")) return { title: metric.slice("metric:".length), about: "A metric of yours", say: plain };
  if (metric.startsWith("score:"))
    return { title: metric.slice("score:".length), about: "A judge’s score, of which less is worse", say: plain };
  return WORDS[metric as Named];
}

/** "×1.4", and as much as is known of it. */
export const sayRatio = (ratio: number): string => `×${ratio >= 10 ? Math.round(ratio) : Number(ratio.toPrecision(3))}`;

/** "up to a tenth more", in short: "×1.1"; nothing more at 1. */
export const sayTolerance = (tolerance: number): string =>
  tolerance === 1 ? "no more than the others" : `up to ${sayPercentMore(tolerance)} more than the others`;

const sayPercentMore = (ratio: number): string => `${Number(((ratio - 1) * 100).toPrecision(3))} %`;

export const ACTION_WORDS: Readonly<Record<Guardrail["action"], string>> = {
  rollback: "rolls back",
  pause: "pauses",
  notify: "tells somebody",
};

export type Standing = "worse" | "suspect" | "harmless" | "unknown" | "open";

/** How a guardrail stands: worse as soon as its evidence says so, harmless only with evidence of that. */
export function standingOf(reading: GuardrailReading): Standing {
  if (reading.logEvidence >= reading.rollbackAt) return "worse";
  if (reading.logEvidence >= reading.pauseAt) return "suspect";
  if (reading.logRuledOut >= reading.ruledOutAt) return "harmless";
  return reading.treated.exposures === 0 ? "unknown" : "open";
}

export const STANDING_STATUS: Readonly<Record<Standing, Status>> = {
  worse: "danger",
  suspect: "warning",
  harmless: "healthy",
  open: "unknown",
  unknown: "unknown",
};

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  worse: "Worse than tolerated",
  suspect: "Looks worse",
  harmless: "Harm ruled out",
  open: "Not known yet",
  unknown: "Nothing seen yet",
};

export const sayStanding = (reading: GuardrailReading): string => STANDING_WORDS[standingOf(reading)];

/** "4.1 % with opus, 2 % with the others (×2.05, at least ×1.4)" */
export function sayReading({ metric, treated, others, ratio, ratioAtLeast }: GuardrailReading, variant: string): string {
  const { say } = wordsOf(metric);
  const value = (side: GuardrailReading["treated"]): string => (side.value === null ? "nothing yet" : say(side.value));
  const both = `${value(treated)} with ${variant}, ${value(others)} with the others`;
  if (ratio === null) return both;
  return `${both}: ${sayRatio(ratio)}${ratioAtLeast === null ? "" : `, surely above ${sayRatio(ratioAtLeast)}`}`;
}

export interface GaugePlaces {
  /** Part of the way to "ruled out", 0 to 1. */
  readonly ruledOut: number;
  /** Part of the way to "roll back", 0 to 1. */
  readonly harm: number;
  /** Where it pauses, on the way to "roll back". */
  readonly pause: number;
}

/** Evidence as a way: logs are added up, so that half the way is half of what is needed. What looks worse is not also shown as harmless. */
export function layGauge({
  logEvidence,
  rollbackAt,
  pauseAt,
  logRuledOut,
  ruledOutAt,
}: Pick<GuardrailReading, "logEvidence" | "rollbackAt" | "pauseAt" | "logRuledOut" | "ruledOutAt">): GaugePlaces {
  const isWorse = logEvidence >= pauseAt;
  return {
    ruledOut: isWorse ? 0 : part(logRuledOut, ruledOutAt),
    harm: part(logEvidence, rollbackAt),
    pause: part(pauseAt, rollbackAt),
  };
}

const part = (way: number, whole: number): number => (whole <= 0 ? 0 : Math.min(1, Math.max(0, way / whole)));

/** Which models answered: of the variant, and of the others; undefined while none is known. */
export function sayModels(models: VerdictEvidence["models"], variant: string): string | undefined {
  const of = (isTreated: boolean): string =>
    [...new Set(models.filter((one) => (one.variant === "others") !== isTreated).map(({ model }) => model))].join(" and ");
  const [treated, others] = [of(true), of(false)];
  if (treated === "" && others === "") return undefined;
  if (treated === others) return `All were answered by ${treated}.`;
  if (others === "") return `${variant} was answered by ${treated}.`;
  return treated === ""
    ? `The others were answered by ${others}.`
    : `${variant} was answered by ${treated}, the others by ${others}.`;
}
