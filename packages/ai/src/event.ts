/** The events that a tracked use leaves behind, in OpenTelemetry's words (`gen_ai.usage.input_tokens` is `inputTokens`). */

import type { Loose } from "./present.ts";

/** Which flag and variant something belongs to, and how they came about. */
export interface Served {
  readonly flag: string;
  readonly variant: string;
  readonly valueVersion?: number;
  /** The flag's revision. */
  readonly version?: string;
  readonly path?: "target" | "rule" | "default" | "fallback" | "pin" | "override";
  readonly rule?: string;
  readonly reason?: string;
  readonly ineligible?: true;
  readonly overridden?: true;
  readonly pinned?: true;
  readonly blocked?: true;
}

/** Why a model's call gave no answer. `template` and `invalid_value` mean that there was no call: the config was at fault. */
export type GenerationError =
  | "timeout"
  | "rate_limited"
  | "overloaded"
  | "unauthenticated"
  | "invalid_request"
  | "content_filter"
  | "context_length"
  | "network"
  | "aborted"
  | "server_error"
  | "budget"
  | "template"
  | "invalid_value"
  | "unknown";

/** What gave the answer: what the flag served (`model`, `reply`), its fallback list, the app without any failure, or the app after all failed. */
export type Outcome = "model" | "fallback" | "reply" | "default" | "error";

interface EventBase {
  /** Sent twice it counts once. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly run?: string;
  readonly task?: string;
  readonly conversation?: string;
  readonly targetingKey?: string;
  /** What of the context the flag's budgets are by. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly served?: Served;
}

/** A variant was about to be used. */
export interface ExposureEvent extends EventBase {
  readonly kind: "exposure";
  readonly served: Served;
}

/** One call of a model. An absent measure is unknown, never 0. */
export interface GenerationEvent extends EventBase, Measures {
  readonly kind: "generation";
  /** `gen_ai.operation.name`. */
  readonly operation: string;
  readonly provider?: string;
  readonly requestModel?: string;
  /** 1 is what the flag served, 2 and on its fallback list. */
  readonly attempt: number;
  readonly stream?: true;
  readonly durationMs: number;
  readonly timeToFirstChunkMs?: number;
  readonly errorType?: GenerationError;
  readonly httpStatus?: number;
  /** Nobody sees its answer. */
  readonly shadow?: true;
}

/** What an answer tells of itself. */
export interface Measures {
  readonly responseModel?: string;
  readonly responseId?: string;
  /** Includes those read from a cache and those written to one. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadInputTokens?: number;
  readonly cacheCreationInputTokens?: number;
  readonly reasoningOutputTokens?: number;
  readonly finishReasons?: readonly string[];
  readonly toolCalls?: number;
  readonly refused?: true;
  /** Only where the app knows better than the price table. */
  readonly costMicroUsd?: number;
}

/** A whole use: how it ended, after how many calls. */
export interface RunEvent extends EventBase {
  readonly kind: "run";
  readonly outcome: Outcome;
  /** The app itself ended it: nothing that a variant did wrong. */
  readonly errorType?: "aborted";
  readonly attempts: number;
  readonly durationMs: number;
  readonly missingTools?: readonly string[];
}

/** Work of a task that is no call of a model. */
export interface StepEvent extends EventBase {
  readonly kind: "step";
  readonly operation: string;
  readonly name?: string;
  readonly durationMs: number;
  readonly errorType?: string;
  readonly costMicroUsd?: number;
}

export interface FeedbackEvent extends EventBase {
  readonly kind: "feedback";
  readonly name: "thumbs" | "rating" | "accepted" | "edited" | "retried" | "abandoned" | "comment";
  readonly value?: number;
  readonly comment?: string;
}

export interface ScoreEvent extends EventBase {
  readonly kind: "score";
  readonly name: string;
  readonly value: number;
  readonly label?: string;
}

export interface TaskEvent extends EventBase {
  readonly kind: "task";
  readonly success: boolean;
  readonly durationMs?: number;
}

export type AiEvent = ExposureEvent | GenerationEvent | RunEvent | StepEvent | FeedbackEvent | ScoreEvent | TaskEvent;

type DraftOf<T extends AiEvent> = T extends unknown ? Loose<Omit<T, "id" | "at">> : never;
/** An event before it has an id and a time; what is undefined in it will be absent. */
export type EventDraft = DraftOf<AiEvent>;
