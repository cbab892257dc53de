/** The columns of a variant's measures: what stands above each, what it says, and what it is in a file. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import type { VariantMetrics } from "@dimmer/protocol";
import { csvOf } from "../ui/csv.ts";

export interface MeasureColumn {
  readonly head: string;
  /** For whoever hovers: what it counts. */
  readonly about: string;
  /** Nothing where it is not known or there was none. */
  readonly say: (metrics: VariantMetrics) => string;
  readonly value: (metrics: VariantMetrics) => number | null;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const sayMaybe = (value: number | null, say: (value: number) => string): string => (value === null ? "" : say(value));

function column(
  head: string,
  about: string,
  value: MeasureColumn["value"],
  say: (value: number, metrics: VariantMetrics) => string,
): MeasureColumn {
  return { head, about, value, say: (metrics) => sayMaybe(value(metrics), (known) => say(known, metrics)) };
}

export const MEASURE_COLUMNS: readonly MeasureColumn[] = [
  column("Calls", "Calls of a model", ({ generations }) => generations, sayCount),
  column("People", "Different targeting keys", ({ people }) => people, sayCount),
  column(
    "Errors",
    "Calls that failed; not those that the app itself ended",
    ({ errors, generations }) => share(errors, generations),
    sayShare,
  ),
  column(
    "Half within",
    "Half of the calls that did not fail took no longer",
    ({ durationMs }) => durationMs.p50,
    sayMilliseconds,
  ),
  column("95 % within", "Of the calls that did not fail", ({ durationMs }) => durationMs.p95, sayMilliseconds),
  column("First words", "Half of the streams began within", ({ firstChunkMs }) => firstChunkMs.p50, sayMilliseconds),
  column(
    "Tokens a call",
    "In and out, of the calls that told",
    ({ inputTokens, outputTokens, generations, errors, usageUnknown }) =>
      share(inputTokens + outputTokens, generations - errors - usageUnknown),
    (tokens) => sayCount(Math.round(tokens)),
  ),
  column(
    "Cost a call",
    "Of the calls whose price is known",
    ({ costMicroUsd, priced }) => share(costMicroUsd, priced),
    sayDollars,
  ),
  column(
    "Cost",
    "Of the calls whose price is known",
    ({ costMicroUsd, priced }) => (priced === 0 ? null : costMicroUsd),
    sayDollars,
  ),
  column(
    "Liked",
    "Thumbs up, of all thumbs",
    ({ thumbsUp, thumbsDown }) => share(thumbsUp, thumbsUp + thumbsDown),
    (liked, { thumbsUp, thumbsDown }) => `${sayShare(liked)} of ${sayCount(thumbsUp + thumbsDown)}`,
  ),
];

/** Shape: a head, and one row a variant; what is not known is empty. */
export const variantsCsv = (variants: readonly VariantMetrics[]): string =>
  csvOf([
    ["variant", ...MEASURE_COLUMNS.map(({ head }) => head)],
    ...variants.map((metrics) => [metrics.variant, ...MEASURE_COLUMNS.map(({ value }) => value(metrics))]),
  ]);
