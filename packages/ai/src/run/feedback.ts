/** What people thought of an answer, as events. */

import type { EventDraft, Served } from "../event.ts";
import { AI_LIMITS } from "../limits.ts";
import type { Recorder } from "../recorder.ts";

/** Any of these at once. */
export interface Feedback {
  readonly thumbs?: "up" | "down";
  /** From 0 to 1. */
  readonly rating?: number;
  readonly accepted?: boolean;
  /** True, or which share of the answer was changed, from 0 to 1. */
  readonly edited?: boolean | number;
  readonly retried?: boolean;
  readonly abandoned?: boolean;
  readonly comment?: string;
}

type FeedbackDraft = Extract<EventDraft, { readonly kind: "feedback" }>;

/**
 * Records feedback.
 *
 * Shape:  one event for each field; thumbs are 1 and 0, as booleans are, a rating is from 0 to 1, comments are cut at `AI_LIMITS.commentCharacters`.
 * Errors: none thrown; what is no feedback is left out.
 */
export function recordFeedback(feedback: Feedback, served: Served | undefined, record: Recorder): void {
  for (const draft of draftsOf(feedback)) record({ kind: "feedback", served, ...draft });
}

function draftsOf({ thumbs, comment, ...values }: Feedback): readonly Omit<FeedbackDraft, "kind">[] {
  const drafts: Omit<FeedbackDraft, "kind">[] = [];
  if (thumbs === "up" || thumbs === "down") drafts.push({ name: "thumbs", value: thumbs === "up" ? 1 : 0 });
  for (const name of ["rating", "accepted", "edited", "retried", "abandoned"] as const) {
    const value = Number(values[name]);
    if (values[name] !== undefined && value >= 0 && value <= 1) drafts.push({ name, value });
  }
  if (typeof comment === "string" && comment !== "")
    drafts.push({ name: "comment", comment: comment.slice(0, AI_LIMITS.commentCharacters) });
  return drafts;
}
