/** What is plotted over time, and how each is said. */

import { sayCount, sayDollars, sayMilliseconds, sayShare } from "@dimmer/evaluation";
import type { MeasureOf } from "./plot-lines.ts";
import { type Percentile, sayPercentile } from "./ranges.ts";

export interface Measure {
  readonly title: string;
  readonly measure: MeasureOf;
  readonly say: (value: number) => string;
}

const within: Readonly<Record<Percentile, MeasureOf>> = {
  50: ({ durationMsP50 }) => durationMsP50,
  95: ({ durationMsP95 }) => durationMsP95,
  99: ({ durationMsP99 }) => durationMsP99,
};

const share = (part: number, whole: number): number | null => (whole <= 0 ? null : part / whole);

/** Shape: in the order in which somebody on call asks: is it slow, does it fail, what does it cost, do people like it. */
export const measuresOf = (percentile: Percentile): readonly Measure[] => [
  { title: `${sayPercentile(percentile)} answered within`, measure: within[percentile], say: sayMilliseconds },
  { title: "Errors", measure: ({ errors, generations }) => share(errors, generations), say: sayShare },
  { title: "Cost", measure: ({ costMicroUsd, priced }) => (priced === 0 ? null : costMicroUsd), say: sayDollars },
  {
    title: "Tokens a call",
    measure: ({ inputTokens, outputTokens, generations, errors, usageUnknown }) =>
      share(inputTokens + outputTokens, generations - errors - usageUnknown),
    say: (tokens) => sayCount(Math.round(tokens)),
  },
  { title: "Liked", measure: ({ thumbsUp, thumbsDown }) => share(thumbsUp, thumbsUp + thumbsDown), say: sayShare },
  { title: "Calls", measure: ({ generations }) => (generations === 0 ? null : generations), say: sayCount },
];
