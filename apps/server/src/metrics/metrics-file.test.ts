/** Metrics as a table and as lines. */

import { expect, test } from "vitest";
import type { MetricsView, VariantMetrics } from "@dimmer/protocol";
import { metricsCsv, metricsNdjson } from "./metrics-file.ts";

const variant = {
  variant: '=1+1,"x"',
  part: null,
  generations: 2,
  durationMs: { p50: 1, p95: null, p99: 3.5 },
  ratingMean: -0.5,
} as unknown as VariantMetrics;
const NONE: MetricsView = {
  asOf: "",
  since: "",
  until: "",
  stepMs: 60_000,
  variants: [],
  defined: [],
  values: [],
  tasks: [],
  shadow: [],
  models: [],
  series: [],
  leftOut: [],
};

test("A66 a table has a line for each variant, quantiles apart, and no formula", () => {
  const other = { ...variant, variant: "-opus", part: "a\nb" };
  expect(metricsCsv({ ...NONE, variants: [variant, other] })).toBe(
    [
      "variant,part,generations,durationMs_p50,durationMs_p95,durationMs_p99,ratingMean",
      `"'=1+1,""x""",,2,1,,3.5,-0.5`,
      `'-opus,"a\nb",2,1,,3.5,-0.5`,
      "",
    ].join("\r\n"),
  );
  expect(metricsCsv(NONE)).toBe("variant,part\r\n");
});

test("each line says what it is", () => {
  const point = { at: "2026", generations: 1 } as never;
  const model = { variant: "opus", unpriced: 1 } as never;
  const series = [{ variant: "opus", points: [point, point] }];
  const task = { variant: "opus", tasks: 1 } as never;
  const shadow = { variant: "sonnet", generations: 1 } as never;
  const leftOut = [{ what: "values", remark: "Scores took too long." }] as const;
  const view = { ...NONE, variants: [variant], values: null, tasks: [task], shadow: [shadow], models: [model], series, leftOut };
  const text = metricsNdjson(view);
  const records = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { record: string });
  expect(records.map(({ record }) => record)).toEqual(["variant", "task", "shadow", "model", "point", "point", "left-out"]);
  expect(records[4]).toEqual({ record: "point", variant: "opus", at: "2026", generations: 1 });
  expect(metricsNdjson(NONE)).toBe("");
});
