/** Online judges: models that score a sampled share of what people got, and the samples that they look at. */

import { z } from "zod";
import { EVENT_LIMITS, type Served, ServedPart } from "./events.ts";

/** Where an app says what people asked and got: `GET` which runs are wanted, `POST` a `SamplesBody`. */
export const SAMPLES_PATH = "/sdk/v1/samples";

export const JUDGE_LIMITS = {
  /** Of one environment. */
  judges: 20,
  nameChars: 100,
  promptChars: 20_000,
  modelChars: 256,
  /** Of the input, and of the output, of one sample. */
  textChars: 32_000,
  samples: 20,
  bytes: 1024 * 1024,
  /** That wait for one judge. */
  waiting: 1_000,
  /** Hours until a sample that nobody judged is gone. */
  keptHours: 24,
  /** Tries of one sample. */
  attempts: 4,
  /** Samples that one judge looks at, at once. */
  atOnce: 4,
  perMille: 1_000,
  /** A thousand dollars. */
  budgetMicroUsd: 1_000_000_000,
  scale: 1_000,
} as const;

const bound = z.number().min(-JUDGE_LIMITS.scale).max(JUDGE_LIMITS.scale);

/** A judge never changes: its scores would mean something else. Make another one. */
export const JudgeRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(JUDGE_LIMITS.nameChars),
    flag: z.string().min(1).max(128),
    connection: z.string().min(1).max(128).describe("Id of the connection that it is asked through."),
    model: z.string().min(1).max(JUDGE_LIMITS.modelChars).describe("By its dated name: one that moves is refused."),
    prompt: z
      .string()
      .min(1)
      .max(JUDGE_LIMITS.promptChars)
      .describe("What makes an answer good, a Liquid template over `output` and, if you like, `input`."),
    score: z.string().min(1).max(EVENT_LIMITS.nameChars).describe("The name that its scores go by in metrics."),
    scale: z
      .strictObject({ from: bound, to: bound })
      .refine(({ from, to }) => from < to, "A scale goes up.")
      .default({ from: 0, to: 1 }),
    perMille: z.int().min(1).max(JUDGE_LIMITS.perMille).describe("Of a thousand runs, how many are judged."),
    dailyBudgetMicroUsd: z
      .int()
      .min(1)
      .max(JUDGE_LIMITS.budgetMicroUsd)
      .describe("What it may spend in a day of UTC, within the connection's own budget."),
  })
  .describe("To make one is to opt in: from then on the samples of this flag are taken.");
export type JudgeRequest = z.input<typeof JudgeRequest>;

/** What it did in one day of UTC. */
export interface JudgeUsage {
  readonly judged: number;
  /** Given up, after all tries. */
  readonly failed: number;
  /** Not judged within their time, or without room to wait. */
  readonly dropped: number;
  /** Put off to the next day, as the budget was spent. */
  readonly putOff: number;
  readonly costMicroUsd: number;
  readonly reservedMicroUsd: number;
}

export interface JudgeView {
  readonly id: string;
  readonly name: string;
  readonly flag: string;
  readonly connection: string;
  readonly provider: string;
  readonly model: string;
  readonly prompt: string;
  /** Of all that it is told beside the sample. */
  readonly promptHash: string;
  readonly score: string;
  readonly scale: { readonly from: number; readonly to: number };
  readonly perMille: number;
  readonly dailyBudgetMicroUsd: number;
  /** `spent`: it goes on tomorrow. `stopped`: `message` says why, and it does not go on. */
  readonly state: "active" | "spent" | "stopped";
  readonly message: string | null;
  readonly today: JudgeUsage;
  readonly waiting: number;
  readonly createdAt: string;
}

/** Runs that a judge wants: those of the flag whose slot (`slotOf(judge, run)`, of 100,000) is below its share. */
export interface WantedSamples {
  readonly judge: string;
  readonly flag: string;
  readonly perMille: number;
}

/** What somebody asked and got. It is kept sealed until it is judged, for a day at most. */
export const SamplePart = z.strictObject({
  run: z.string().min(1).max(EVENT_LIMITS.idChars),
  task: z.string().min(1).max(EVENT_LIMITS.idChars).optional(),
  targetingKey: z.string().min(1).max(EVENT_LIMITS.nameChars).optional(),
  served: ServedPart,
  input: z.string().max(JUDGE_LIMITS.textChars).default(""),
  output: z.string().min(1).max(JUDGE_LIMITS.textChars),
});
export type Sample = z.input<typeof SamplePart> & { readonly served: Served };

export const SamplesBody = z.strictObject({ samples: z.array(SamplePart).min(1).max(JUDGE_LIMITS.samples) });
export type SamplesBody = z.input<typeof SamplesBody>;

/** `taken` wait to be judged; the others no judge wants, or there is no room. */
export interface SamplesAnswer {
  readonly taken: number;
  readonly notWanted: number;
  readonly dropped: number;
}
