/** Guardrails in words: what each is about, how its figures are said, and how it stands. */

import { type Guardrail, type GuardrailReading, type VerdictEvidence, wordsOfGuardrail } from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";

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
  const { say } = wordsOfGuardrail(metric);
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
