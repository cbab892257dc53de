/** What the page says of measures, and where its lines run. */

import { pictureName } from "./plot-picture.ts";
import { describe, expect, test } from "vitest";
import type { MetricPoint, VariantMetrics } from "@dimmer/protocol";
import { measuresOf } from "./measures.ts";
import { dashOf, plotLines, sayLines } from "./plot-lines.ts";
import { readHours, readPercentile } from "./ranges.ts";
import { MEASURE_COLUMNS, variantsCsv } from "./variant-columns.ts";

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
  const [head, line, more] = variantsCsv([{ ...NOTHING, variant: 'odd, "one"', generations: 2 }]).split("\r\n");
  expect(head).toMatch(/^variant,Calls,People,/u);
  expect(line).toBe(`"odd, ""one""",2,0,0,,,,0,,,`);
  expect(more).toBeUndefined();
});

describe("lines", () => {
  const MINUTE = 60_000;
  const at = (minutes: number) => new Date(minutes * MINUTE).toISOString();
  const point = (minutes: number, more: Partial<MetricPoint>): MetricPoint => ({
    at: at(minutes),
    generations: 1,
    errors: 0,
    durationMsP50: null,
    durationMsP95: null,
    durationMsP99: null,
    inputTokens: 0,
    outputTokens: 0,
    usageUnknown: 0,
    costMicroUsd: 0,
    priced: 1,
    thumbsUp: 0,
    thumbsDown: 0,
    ...more,
  });
  const view = {
    since: at(0),
    until: at(11.5),
    stepMs: MINUTE,
    series: [
      {
        variant: "opus",
        points: [
          point(6, { costMicroUsd: 50 }),
          point(7, { costMicroUsd: 100, durationMsP99: 9 }),
          point(9, { priced: 0, usageUnknown: 1 }),
          point(11, { costMicroUsd: 999 }),
        ],
      },
      { variant: "never", points: [] },
    ],
  };
  const named = (title: string) => measuresOf(99).find((measure) => measure.title === title)?.measure ?? (() => null);

  test("run from the first to the last whole step, and have gaps where nothing is known", () => {
    const drawn = plotLines(view, named("Cost"));
    expect(drawn).toEqual({
      times: [6, 7, 8, 9].map((minute) => minute * MINUTE),
      lines: [{ variant: "opus", values: [50, 100, null, null], last: 100 }],
      highest: 100,
    });
    expect(sayLines(drawn.lines, 1, String)).toBe("opus 100");
    expect(sayLines(drawn.lines, 2, String)).toBe("opus nothing");
    expect(sayLines(drawn.lines, undefined, String)).toBe("opus 100");
  });

  test.each([
    ["99 % answered within", [null, 9, null, null]],
    ["Errors", [0, 0, null, 0]],
    ["Tokens a call", [0, 0, null, null]],
    ["Calls", [1, 1, null, 1]],
  ])("[unknown-is-not-nothing] %s", (title, values) => expect(plotLines(view, named(title)).lines[0]?.values).toEqual(values));

  test("there are none of what nobody told, and none at all before anybody did", () => {
    expect(plotLines(view, named("Liked")).lines).toEqual([]);
    expect(plotLines({ ...view, series: [] }, named("Cost"))).toEqual({ times: [], lines: [], highest: 0 });
  });

  test("are told apart without their colours", () => {
    const variants = ["a", "b", "c", "d", "e", "f", "g", "h"];
    expect(new Set(variants.map((variant) => dashOf(variants, variant).join())).size).toBe(8);
    expect(dashOf(variants, "a")).toEqual([]);
  });
});

test("an address can ask for what is offered, and for nothing else", () => {
  expect([1, "168", 24, 25, undefined, "x"].map(readHours)).toEqual([1, 168, undefined, undefined, undefined, undefined]);
  expect(["50", 99, 95, 51, "x"].map(readPercentile)).toEqual([50, 99, undefined, undefined, undefined]);
});

test("a picture is called as its flag and plot are", () =>
  expect(pictureName("summarizer", "Cost, a call ($)")).toBe("summarizer-cost-a-call.png"));
