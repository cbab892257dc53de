/** AI configs without an SDK: a request decides and fills the prompt, another tells what came of the calls. */

import { z } from "zod";
import { EVENT_LIMITS, FEEDBACK_NAMES, GenerationPart, type Served } from "./events.ts";

/** Where a run begins: `POST`, a `RunRequest` as its body, a `StartedRun` back. */
export const RUNS_PATH = "/sdk/v1/runs";

/** Bounds of one run. */
export const RUN_LIMITS = {
  /** As many as a flag's fallback list and the variant before it. */
  attempts: 17,
  tools: 128,
  /** Seconds for which its token counts. */
  tokenSeconds: 86_400,
} as const;

/** Something to try: a model's config with its prompt filled, or the answer itself. */
export interface RunAttempt {
  /** 1 is what the flag served, more are further down its fallback. */
  readonly attempt: number;
  /** To be sent back with the report, as it is. */
  readonly served: Served;
  /** Provider, model, messages or instructions, parameters, tools; absent where `reply` is. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly reply?: string | undefined;
}

/** A variant that cannot be tried, and why; it has nothing of the prompt in it. */
export interface PassedOver {
  readonly attempt: number;
  readonly variant: string;
  readonly errorType: "template" | "invalid_value" | "missing_tools";
  readonly message: string;
}

/**
 * A run that has begun.
 *
 * Shape:  `chain` is what to try, in order, until something answers; it ends with the first `reply`, and is empty where the app's own
 *         answer is all there is. `token` lets a browser send feedback on the run.
 */
export interface StartedRun {
  readonly run: string;
  readonly flag: string;
  readonly reason: string;
  /** Why nothing could be decided, in OpenFeature's words. */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly chain: readonly RunAttempt[];
  readonly passedOver: readonly PassedOver[];
  readonly token: string;
  readonly tokenExpiresAt: string;
}

const name = z.string().min(1).max(EVENT_LIMITS.nameChars);
const id = z.string().min(1).max(EVENT_LIMITS.idChars).optional();

/** What an app asks to begin a run. */
export const RunRequest = z
  .strictObject({
    flag: name,
    context: z.record(z.string(), z.unknown()).optional().describe("Who it is for, as in an evaluation over OFREP."),
    variables: z.record(z.string(), z.unknown()).optional().describe("What the prompt's templates are filled with."),
    tools: z
      .array(name)
      .max(RUN_LIMITS.tools)
      .optional()
      .describe("What the app can carry out; a config that names another is passed over."),
    task: id,
    conversation: id,
  })
  .meta({ id: "RunRequest" });

/** What an app tells of a run's calls, in the end. */
export const RunReport = z
  .strictObject({
    outcome: z
      .enum(["model", "fallback", "reply", "default", "error"])
      .describe(
        "`model` what the flag served; `fallback` another of its list; `reply` a canned one of it; `default` the app's own; `error` nobody.",
      ),
    durationMs: z.number().min(0).max(EVENT_LIMITS.durationMs),
    attempts: z
      .array(
        GenerationPart.omit({ kind: true, id: true, at: true, run: true, task: true, conversation: true, targetingKey: true })
          .extend({ served: GenerationPart.shape.served.unwrap(), operation: name.default("chat") })
          .meta({ id: "ReportedAttempt" }),
      )
      .max(RUN_LIMITS.attempts)
      .describe("Every call that was made of a model, in order; those that failed too."),
    feedback: z
      .array(z.strictObject({ name: z.enum(FEEDBACK_NAMES), value: z.number().min(0).max(1).optional() }))
      .max(FEEDBACK_NAMES.length)
      .optional()
      .describe("What is known at once; what comes later is sent with the run's token, to `/sdk/v1/feedback`."),
    targetingKey: GenerationPart.shape.targetingKey,
    task: id,
    conversation: id,
  })
  .meta({ id: "RunReport" });
