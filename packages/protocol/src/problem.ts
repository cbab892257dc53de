/** Every refusal of a request, as one table: code → status and title (RFC 9457 problem details). */

import type { Issue } from "@dimmer/evaluation";

export const PROBLEMS = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "invalid-document": { status: 400, title: "The document is not valid" },
  "body-too-deep": { status: 400, title: "The JSON is nested too deeply" },
  unauthenticated: { status: 401, title: "A valid key is needed" },
  "code-needed": { status: 401, title: "A code of the second factor is needed" },
  forbidden: { status: 403, title: "That is not allowed" },
  "not-found": { status: 404, title: "There is no such resource" },
  "method-not-allowed": { status: 405, title: "This resource does not take that method" },
  "request-timeout": { status: 408, title: "The request did not arrive in time" },
  "already-exists": { status: 409, title: "There is one with that name already" },
  conflict: { status: 409, title: "The change does not fit the present state" },
  "review-needed": { status: 409, title: "The change waits for review" },
  "evals-needed": { status: 409, title: "The value has not passed the evals that are required" },
  "request-in-flight": { status: 409, title: "The same request is being carried out" },
  "answer-not-kept": { status: 409, title: "That request was carried out, and its answer is not kept" },
  "owned-by-file": { status: 409, title: "A file owns this flag" },
  "revision-mismatch": { status: 412, title: "Somebody changed it in the meantime" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "idempotency-key-reused": { status: 422, title: "That idempotency key belongs to another request" },
  "question-too-large": { status: 422, title: "That would take too long to answer" },
  "revision-required": { status: 428, title: "Say which revision you are editing" },
  "headers-too-large": { status: 431, title: "The headers are too large" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something broke on our side" },
  "telemetry-unavailable": { status: 503, title: "The telemetry store cannot be asked right now" },
  "provider-unavailable": { status: 503, title: "The provider that signs people in cannot be asked right now" },
  "store-full": { status: 507, title: "The store has no room left" },
  "store-unavailable": { status: 503, title: "The store cannot be written to right now" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of every refusal, `application/problem+json`. */
export interface ProblemBody {
  /** `urn:dimmer:problem:<code>`; stable, for programs. */
  readonly type: string;
  readonly code: ProblemCode;
  readonly title: string;
  readonly status: number;
  /** What happened here and what to do about it. */
  readonly detail: string;
  /** Where in the document, for `invalid-*` and `conflict`. */
  readonly issues?: readonly Issue[];
  readonly requestId?: string;
}

/**
 * The one error class for refusing a request.
 *
 * Shape:  a code of `PROBLEMS`, a sentence that says what and the mend, and the issues where there are any.
 * Errors: `http/` alone turns it into JSON; `client.ts` turns that back into this.
 * Source: RFC 9457.
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly requestId: string | undefined;
  /** When to come back, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { issues?: readonly Issue[]; cause?: unknown; requestId?: string | undefined; retryAfterSeconds?: number } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.issues = more.issues ?? [];
    this.requestId = more.requestId;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The wire form of a `ProblemError`. */
export function problemBody(error: ProblemError, requestId?: string): ProblemBody {
  return {
    type: `urn:dimmer:problem:${error.code}`,
    code: error.code,
    title: PROBLEMS[error.code].title,
    status: error.status,
    detail: error.message,
    ...(error.issues.length === 0 ? {} : { issues: error.issues }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
