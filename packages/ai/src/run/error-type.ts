/** What kind of failure an error is, read from the status, codes and types that the vendors' clients put on it. */

import type { GenerationError } from "../event.ts";

export interface Failure {
  readonly errorType: GenerationError;
  readonly httpStatus?: number;
}

/**
 * Shape:  codes first, because one status means several things; then the status; then what connections fail with, and vague words.
 * Errors: none; what nobody knows is `unknown`.
 */
export function failureOf(error: unknown): Failure {
  const chain = causesOf(error);
  const httpStatus = first(chain, statusOf);
  const errorType =
    first(chain, typeByWord) ??
    (httpStatus === undefined ? undefined : typeByStatus(httpStatus)) ??
    first(chain, typeByConnection) ??
    first(chain, typeByVagueWord) ??
    "unknown";
  return httpStatus === undefined ? { errorType } : { errorType, httpStatus };
}

type Fields = Readonly<Record<string, unknown>>;

/** Vendors wrap: an error's `cause`, its body (`error`), what a retry gave up with (`lastError`). */
function causesOf(error: unknown): readonly Fields[] {
  const found: Fields[] = [];
  let next: readonly unknown[] = [error];
  for (let depth = 0; depth < CAUSES_DEPTH; depth++) {
    const objects = next.filter((each): each is Fields => typeof each === "object" && each !== null);
    found.push(...objects);
    next = objects.flatMap((each) => [each["cause"], each["error"], each["lastError"], each["data"]]);
  }
  return found;
}

const CAUSES_DEPTH = 4;

function first<T>(chain: readonly Fields[], read: (fields: Fields) => T | undefined): T | undefined {
  for (const fields of chain) {
    const found = read(fields);
    if (found !== undefined) return found;
  }
  return undefined;
}

function statusOf(fields: Fields): number | undefined {
  const status = fields["status"] ?? fields["statusCode"];
  return typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

/** The vendors' own words, of `code`, `type` and `name`. */
const TYPE_OF_WORD: Readonly<Record<string, GenerationError>> = {
  context_length_exceeded: "context_length",
  string_above_max_length: "context_length",
  content_filter: "content_filter",
  content_policy_violation: "content_filter",
  rate_limit_exceeded: "rate_limited",
  rate_limit_error: "rate_limited",
  insufficient_quota: "rate_limited",
  overloaded_error: "overloaded",
  server_is_overloaded: "overloaded",
  authentication_error: "unauthenticated",
  permission_error: "unauthenticated",
  invalid_api_key: "unauthenticated",
  timeout_error: "timeout",
  APIConnectionTimeoutError: "timeout",
  TimeoutError: "timeout",
  RunTimeoutError: "timeout",
  APIUserAbortError: "aborted",
  AbortError: "aborted",
};

function typeByWord(fields: Fields): GenerationError | undefined {
  for (const word of [fields["code"], fields["type"], fields["name"]])
    if (typeof word === "string" && Object.hasOwn(TYPE_OF_WORD, word)) return TYPE_OF_WORD[word];
  const { message } = fields;
  // Anthropic has no code for it.
  return typeof message === "string" && message.includes("prompt is too long") ? "context_length" : undefined;
}

/** Words that a status says better. */
const typeByVagueWord = ({ code, type }: Fields): GenerationError | undefined =>
  [code, type].some((word) => word === "api_error" || word === "server_error") ? "server_error" : undefined;

const TYPE_OF_STATUS: Readonly<Record<number, GenerationError>> = {
  401: "unauthenticated",
  403: "unauthenticated",
  408: "timeout",
  429: "rate_limited",
  503: "overloaded",
  504: "timeout",
  529: "overloaded",
};

function typeByStatus(status: number): GenerationError | undefined {
  return TYPE_OF_STATUS[status] ?? (status >= 500 ? "server_error" : status >= 400 ? "invalid_request" : undefined);
}

function typeByConnection({ code, name, message }: Fields): GenerationError | undefined {
  if (name === "APIConnectionError" || name === "TruncatedStreamError") return "network";
  if (typeof code === "string" && /^(?:E[A-Z]{3,}|UND_ERR_\w+)$/.test(code)) return code === "ETIMEDOUT" ? "timeout" : "network";
  // What `fetch` rejects with, by the words of Node, workers and browsers; so do streams that break.
  return typeof message === "string" && /^(?:fetch failed|terminated|Failed to fetch|Network connection lost)/i.test(message)
    ? "network"
    : undefined;
}
