/** What the page says of measures, and where its lines run. */

import { expect, test } from "vitest";
import type { MetricPoint, VariantMetrics } from "@dimmer/protocol";
import { layLines } from "./lay-lines.ts";
import { readHours } from "./ranges.ts";
import { csvOf, MEASURE_COLUMNS } from "./variant-columns.ts";

const NONE = { p50: null, p95: null, p99: null };
const NOTHING: VariantMetrics = {
  variant: "opus",
  part: null,
  exposures: 0,
  people: 0,
  runs: 0,
  runsFallback: 0,
  runsDefault: 0,
  generations: 0,
  errors: 0,
  timeouts: 0,
  refusals: 0,
  durationMs: NONE,
  firstChunkMs: NONE,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  reasoningTokens: 0,
  usageUnknown: 0,
  costMicroUsd: 0,
  priced: 0,
  costUnknown: 0,
  toolCalls: 0,
  thumbsUp: 0,
  thumbsDown: 0,
  ratings: 0,
  ratingMean: null,
  accepted: 0,
  edited: 0,
  retried: 0,
  abandoned: 0,
};
const said = (more: Partial<VariantMetrics>) =>
  Object.fromEntries(
    MEASURE_COLUMNS.map(({ head, say }) => [head, say({ ...NOTHING, ...more })]).filter(([, text]) => text !== ""),
  );

test("[unknown-is-not-nothing] measures are said in words, and what nobody told is not said", () => {
  expect(said({})).toEqual({ Calls: "0", People: "0" });
  expect(
    said({
      generations: 10,
      people: 3,
      errors: 1,
      usageUnknown: 1,
      inputTokens: 8_000,
      outputTokens: 800,
      priced: 8,
      costMicroUsd: 16_000,
      thumbsUp: 1,
      thumbsDown: 3,
      durationMs: { p50: 900, p95: 2_100, p99: 3_000 },
    }),
  ).toEqual({
    Calls: "10",
    People: "3",
    Errors: "10 %",
    "Half within": "900 ms",
    "95 % within": "2.1 s",
    "Tokens a call": "1,100",
    "Cost a call": "$0.00200",
    Cost: "$0.0160",
    Liked: "25 % of 4",
  });
});

test("a file has a line for each variant, and quotes what needs it", () => {
  const [head, line, more] = csvOf([{ ...NOTHING, variant: 'odd, "one"', generations: 2 }]).split("\r\n");
  expect(head).toMatch(/^variant,Calls,People,/u);
  expect(line).toBe(`"odd, ""one""",2,0,0,,,,0,,,`);
  expect(more).toBeUndefined();
});

test("lines run from the first to the last whole step, and have gaps where nothing happened", () => {
  const MINUTE = 60_000;
  const at = (minutes: number) => new Date(minutes * MINUTE).toISOString();
  const point = (minutes: number, costMicroUsd: number): MetricPoint => ({
    at: at(minutes),
    generations: 1,
    errors: 0,
    durationMsP95: null,
    costMicroUsd,
    thumbsUp: 0,
    thumbsDown: 0,
  });
  const view = {
    since: at(0),
    until: at(11.5),
    stepMs: MINUTE,
    series: [
      { variant: "opus", points: [point(6, 50), point(7, 100), point(10, 0), point(11, 999)] },
      { variant: "never", points: [] },
    ],
  };
  const plot = { width: 100, height: 10 };
  expect(layLines(view, ({ costMicroUsd }) => costMicroUsd, plot)).toEqual({
    highest: 100,
    lines: [{ variant: "opus", last: 0, paths: "M0 5L25 0M100 10h2" }],
    first: 6 * MINUTE,
    last: 10 * MINUTE,
  });
  expect(layLines(view, ({ durationMsP95 }) => durationMsP95, plot).lines).toEqual([]);
  expect(layLines(view, () => 0, plot).lines[0]?.paths).toBe("M0 10L25 10M100 10h2");
});

test("an address can ask for what is offered, and for nothing else", () => {
  expect([1, "168", 24, 25, undefined, "x"].map(readHours)).toEqual([1, 168, undefined, undefined, undefined, undefined]);
});
