/** Eval reports: how a variant's value scored on the items of a suite, offline; what of them an environment requires. */

import { z } from "zod";

/** Bounds of one report, and of those that are kept. */
export const EVAL_LIMITS = {
  items: 5_000,
  /** Of one report, over all of its items. */
  scorers: 20,
  /** Of one item. */
  repeats: 20,
  bytes: 4 * 1024 * 1024,
  nameChars: 128,
  idChars: 200,
  previewChars: 500,
  /** A day: what takes longer is no item of a suite. */
  durationMs: 86_400_000,
  /** A thousand dollars for one item. */
  costMicroUsd: 1_000_000_000,
  /** Milliseconds that the clock of whoever ran it may be ahead of the server's. */
  aheadMs: 300_000,
  /** Reports that a project keeps, and the bytes of their items; the oldest go. */
  kept: 1_000,
  keptBytes: 256 * 1024 * 1024,
  /** Items that a comparison shows, those first that differ most. */
  shown: 100,
  requirements: 20,
  /** A year. */
  maxAgeHours: 8_760,
} as const;

const name = z.string().min(1).max(EVAL_LIMITS.nameChars);
const text = z.string().max(EVAL_LIMITS.previewChars);

/** Pass and fail are true and false. */
export const EvalScore = z.union([z.number().min(0).max(1), z.boolean()]);
export type EvalScore = z.infer<typeof EvalScore>;

export const EvalItem = z.strictObject({
  id: z.string().min(1).max(EVAL_LIMITS.idChars).describe("The same in every run of the suite: comparisons pair by it."),
  scores: z
    .record(name, z.union([EvalScore, z.array(EvalScore).min(1).max(EVAL_LIMITS.repeats)]))
    .refine((scores) => Object.keys(scores).length <= EVAL_LIMITS.scorers, `At most ${EVAL_LIMITS.scorers} scorers.`)
    .describe("Scorer → score; several of them where the item was repeated. Absent where there is none, as after an error."),
  mustPass: z
    .literal(true)
    .optional()
    .describe("Every repeat must pass: one that does not fails the suite, however good the mean."),
  error: text.optional().describe("Why there are no scores, or not all."),
  durationMs: z.number().min(0).max(EVAL_LIMITS.durationMs).optional(),
  costMicroUsd: z.int().min(0).max(EVAL_LIMITS.costMicroUsd).optional(),
  outputPreview: text.optional().describe("The beginning of what the model answered."),
});
export type EvalItem = z.infer<typeof EvalItem>;

/** A model that scores: another one scores otherwise, so that only reports of the same judge are compared. */
export const EvalJudge = z.strictObject({
  name,
  model: name.describe("The model that answered, by its dated name."),
  promptHash: name.optional(),
  scorers: z.array(name).min(1).max(EVAL_LIMITS.scorers).optional().describe("Those that it gives; all of them unless said."),
});
export type EvalJudge = z.infer<typeof EvalJudge>;

export const ConfigHash = z
  .string()
  .regex(/^sha256-[\w-]{43}$/u, "A config hash is `sha256-` and 43 characters of base64url.")
  .describe("SHA-256 of the value as canonical JSON (RFC 8785): a value version's `digest`.");

export const EvalReportRequest = z
  .strictObject({
    suite: name,
    suiteVersion: name.optional().describe("Reports of different versions of a suite are not compared."),
    flag: name,
    variant: z.string().min(1).max(64),
    valueVersion: z.int().min(1).optional().describe("The version of the value that was run."),
    configHash: ConfigHash.optional(),
    model: name.optional().describe("The model that answered."),
    judge: EvalJudge.optional(),
    items: z.array(EvalItem).min(1).max(EVAL_LIMITS.items),
    source: z.string().min(1).max(64).default("api").describe("What ran it: `dimmer`, `promptfoo`, …"),
    at: z.iso.datetime({ offset: true }).optional().describe("When it was run; now unless given."),
  })
  .refine(({ valueVersion, configHash }) => (valueVersion === undefined) !== (configHash === undefined), {
    message: "Say what was run: either `valueVersion`, or the `configHash` of its content.",
    path: ["configHash"],
  });
export type EvalReportRequest = z.infer<typeof EvalReportRequest>;

/** What one scorer said of a report. */
export interface EvalScorerSummary {
  /** Over the items that have a score, repeats averaged within their item first. */
  readonly mean: number;
  /** Items that have a score. */
  readonly scored: number;
  /** Whether it only passes and fails. */
  readonly isPassFail: boolean;
  /** Items that must pass and did not. */
  readonly mustPassFailures: number;
}

export interface EvalReportView {
  readonly id: string;
  /** Counts the project's reports from 1. */
  readonly sequence: number;
  readonly suite: string;
  readonly suiteVersion: string | null;
  readonly flag: string;
  readonly variant: string;
  /** What was run. */
  readonly configHash: string;
  /** Null for a draft, and for content that is no version of the variant. */
  readonly valueVersion: number | null;
  readonly model: string | null;
  readonly judge: EvalJudge | null;
  readonly source: string;
  readonly at: string;
  readonly createdAt: string;
  readonly itemCount: number;
  /** Items with an error. */
  readonly errorCount: number;
  readonly scorers: Readonly<Record<string, EvalScorerSummary>>;
  /** Null where no item says it. */
  readonly costMicroUsd: number | null;
}

export interface EvalReportDetails extends EvalReportView {
  readonly items: readonly EvalItem[];
}

export interface EvalReportFilters {
  readonly flag?: string | undefined;
  readonly variant?: string | undefined;
  readonly suite?: string | undefined;
}

/** `not-comparable`: judged by another judge. The others are those of `@dimmer/statistics`. */
export const EVAL_VERDICTS = ["better", "not-worse", "worse", "undecided", "not-comparable"] as const;
export type EvalVerdict = (typeof EVAL_VERDICTS)[number];

/** How one scorer sees a candidate beside what it is held against. */
export interface EvalScorerComparison {
  readonly scorer: string;
  readonly verdict: EvalVerdict;
  /** The verdict in a sentence, with its evidence. */
  readonly words: string;
  /** Items that both have a score of. */
  readonly items: number;
  /** Items that only one of them has a score of; none of them counts. */
  readonly unpaired: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number | null;
  /** One-sided bounds of the difference, each at `alpha`. */
  readonly low: number | null;
  readonly high: number | null;
  readonly alpha: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly mustPassFailures: readonly string[];
}

/** One item that the two did differently. */
export interface EvalItemDifference {
  readonly id: string;
  readonly scorer: string;
  readonly before: number;
  readonly after: number;
  readonly beforePreview: string | null;
  readonly afterPreview: string | null;
}

export interface EvalComparisonView {
  readonly baseline: EvalReportView;
  readonly candidate: EvalReportView;
  readonly margin: number;
  /** Which report of this content and suite the candidate is: a re-run is held to more. */
  readonly look: number;
  /** The worst of the scorers'. */
  readonly verdict: EvalVerdict;
  readonly words: string;
  readonly scorers: readonly EvalScorerComparison[];
  /** Those that differ most first; `EVAL_LIMITS.shown` at most. */
  readonly differences: readonly EvalItemDifference[];
}

/** A fresh pass that a value needs before an environment serves it, of one flag or of all with a tag. */
export const EvalRequirement = z
  .strictObject({
    flag: name.optional(),
    tag: name.optional(),
    suite: name,
    scorer: name,
    atLeast: z.number().min(0).max(1).describe("The mean over all items; one without a score counts as 0."),
    maxAgeHours: z.number().min(1).max(EVAL_LIMITS.maxAgeHours),
  })
  .refine(({ flag, tag }) => (flag === undefined) !== (tag === undefined), "Name either a flag or a tag.");
export type EvalRequirement = z.infer<typeof EvalRequirement>;

export const EvalRequirements = z.array(EvalRequirement).max(EVAL_LIMITS.requirements);
export type EvalRequirements = z.infer<typeof EvalRequirements>;
