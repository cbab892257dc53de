/** Eval reports and comparisons as the API answers them. */

import { z } from "zod";
import {
  EVAL_VERDICTS,
  type EvalComparisonView,
  EvalItem,
  EvalJudge,
  type EvalReportDetails,
  type EvalReportView,
} from "@dimmer/protocol";

const time = z.string().describe("RFC 3339, UTC.");
const number = z.number().nullable();

const fields = {
  id: z.string(),
  sequence: z.int(),
  suite: z.string(),
  suiteVersion: z.string().nullable(),
  flag: z.string(),
  variant: z.string(),
  configHash: z.string().describe("The digest of the value that was run."),
  valueVersion: z.int().nullable().describe("Null for a draft, and for content that is no version of the variant."),
  model: z.string().nullable(),
  judge: EvalJudge.nullable(),
  source: z.string(),
  at: time,
  createdAt: time,
  itemCount: z.int(),
  errorCount: z.int(),
  scorers: z.record(
    z.string(),
    z.object({
      mean: z.number().describe("Over the items that have a score, repeats averaged within their item first."),
      scored: z.int(),
      isPassFail: z.boolean(),
      mustPassFailures: z.int(),
    }),
  ),
  costMicroUsd: z.int().nullable().describe("Null where no item says it."),
};

export const EvalReportSchema: z.ZodType<EvalReportView> = z.object(fields).meta({ id: "EvalReport" });
export const EvalReportDetailsSchema: z.ZodType<EvalReportDetails> = z
  .object({ ...fields, items: z.array(EvalItem) })
  .meta({ id: "EvalReportDetails" });

const verdict = z.enum(EVAL_VERDICTS);

export const EvalComparisonSchema: z.ZodType<EvalComparisonView> = z
  .object({
    baseline: EvalReportSchema,
    candidate: EvalReportSchema,
    margin: z.number(),
    look: z.int().describe("Which report of this content and suite the candidate is: a re-run is held to more."),
    verdict: verdict.describe("The worst of the scorers'."),
    words: z.string(),
    scorers: z.array(
      z.object({
        scorer: z.string(),
        verdict,
        words: z.string(),
        items: z.int(),
        unpaired: z.int(),
        before: number,
        after: number,
        difference: number,
        low: number,
        high: number,
        alpha: z.number(),
        wins: z.int(),
        losses: z.int(),
        ties: z.int(),
        mustPassFailures: z.array(z.string()),
      }),
    ),
    differences: z.array(
      z.object({
        id: z.string(),
        scorer: z.string(),
        before: z.number(),
        after: z.number(),
        beforePreview: z.string().nullable(),
        afterPreview: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "EvalComparison" });
