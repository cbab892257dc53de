/** One call of a model by the server itself, through the guard of outbound requests. */

import { failureOf, readSafely, type Reading } from "@dimmer/ai/parts";
import { type CallFailure, type ModelAnswer, ProblemError } from "@dimmer/protocol";
import { openGuardedFetch } from "../outbound/fetch-guarded.ts";
import type { OutboundPolicy } from "../outbound/guard-address.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";
import { VERSION } from "../version.ts";
import { type PreparedCall, priceCall } from "./prepare-call.ts";

export const PROVIDER_LIMITS = {
  /** Bytes of a whole answer. */
  answerBytes: 4 * 1024 * 1024,
  /** Characters of a provider's own words that are passed on. */
  messageChars: 300,
  /** Characters of a model's name or a finish reason, and how many reasons. */
  wordChars: 256,
  finishReasons: 8,
} as const;

export interface AskPorts {
  readonly clock: () => number;
  readonly outbound: OutboundPolicy;
}

/** Who is asked, with the credential in clear; lives for one call. */
export interface Asked {
  readonly format: ConnectionRecord["format"];
  readonly secret: string;
  /** What the call is for; the provider sees it in `User-Agent`. */
  readonly purpose: string;
}

/**
 * Asks.
 *
 * Shape:  what the provider did not tell is null, which is *unknown*. Nothing of the credential is in what comes back.
 * Errors: none; what went wrong is `failure`.
 * Source: ADR-0048; reliability A57, A58, A84.
 */
export async function askModel(ports: AskPorts, asked: Asked, call: PreparedCall, signal: AbortSignal): Promise<ModelAnswer> {
  const startedAt = ports.clock();
  const { reading, failure } = await post(ports, asked, call, signal);
  return answerOf(call, reading, failure, { at: startedAt, durationMs: ports.clock() - startedAt, secret: asked.secret });
}

/** What comes of a call that is not made. */
export const notAsked = (failure: CallFailure): ModelAnswer => ({ ...NOTHING, failure });

/** What comes of a variant that is an answer itself. */
export const replied = (text: string): ModelAnswer => ({ ...NOTHING, text, costMicroUsd: 0 });

const NOTHING: ModelAnswer = {
  text: null,
  responseModel: null,
  finishReasons: [],
  refused: false,
  toolCalls: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadInputTokens: null,
  reasoningOutputTokens: null,
  costMicroUsd: null,
  durationMs: 0,
  failure: null,
};

interface Outcome {
  readonly reading: Reading;
  readonly failure: CallFailure | null;
}

async function post({ outbound }: AskPorts, asked: Asked, call: PreparedCall, signal: AbortSignal): Promise<Outcome> {
  const send = openGuardedFetch(outbound, { timeoutMs: call.timeoutMs, answerBytes: PROVIDER_LIMITS.answerBytes });
  try {
    const response = await send(call.url, { method: "POST", headers: headersOf(asked), body: call.body, signal });
    const answer = readJson(await response.text());
    if (!response.ok) return failed(refusalOf(response.status, answer, asked.secret));
    const reading = readSafely(call.reader.answer, answer);
    return isAnswer(reading) ? { reading, failure: null } : failed(notTheFormat(asked, response.status));
  } catch (error) {
    return failed(failureToReach(error, call, signal));
  }
}

const failed = (failure: CallFailure): Outcome => ({ reading: {}, failure });

function headersOf({ format, secret, purpose }: Asked): Readonly<Record<string, string>> {
  const credential =
    format === "anthropic" ? { "x-api-key": secret, "anthropic-version": "2023-06-01" } : { authorization: `Bearer ${secret}` };
  return {
    "content-type": "application/json",
    accept: "application/json",
    "user-agent": `dimmer/${VERSION} (${purpose})`,
    ...credential,
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isAnswer = ({ text, toolCalls, finishReasons }: Reading): boolean =>
  text !== undefined || finishReasons !== undefined || (toolCalls ?? 0) > 0;

function notTheFormat({ format }: Asked, httpStatus: number): CallFailure {
  const message = `What answered does not speak the format ${format}. Check the connection's address.`;
  return { type: "unknown", httpStatus, message };
}

/** Of a refused credential the provider's own words are left out: some repeat part of it. */
function refusalOf(httpStatus: number, answer: unknown, secret: string): CallFailure {
  const body = Object(answer) as Readonly<Record<string, unknown>>;
  const { errorType: type } = failureOf({ status: httpStatus, error: body["error"] });
  if (type === "unauthenticated")
    return { type, httpStatus, message: `The provider refused the credential (${httpStatus}). Give the connection a new one.` };
  const words = wordsOf(Reflect.get(Object(body["error"]), "message"), secret);
  return { type, httpStatus, message: `The provider answered ${httpStatus}${words === "" ? "." : `: ${words}`}` };
}

function wordsOf(message: unknown, secret: string): string {
  if (typeof message !== "string" || message.includes(secret)) return "";
  return message.replaceAll(/\p{Cc}+/gu, " ").slice(0, PROVIDER_LIMITS.messageChars);
}

function failureToReach(error: unknown, { timeoutMs }: PreparedCall, signal: AbortSignal): CallFailure {
  if (signal.aborted) return { type: "aborted", httpStatus: null, message: "The call was given up before the answer came." };
  if (error instanceof ProblemError) return { type: "network", httpStatus: null, message: error.message };
  const { errorType } = failureOf(error);
  const isTimeout = errorType === "aborted" || errorType === "timeout" || (error as Error).message === "aborted";
  const message = isTimeout
    ? `The provider gave no whole answer within ${timeoutMs / 1_000} s.`
    : errorType === "network"
      ? "The provider could not be reached, or broke off."
      : "The answer could not be read to its end.";
  return { type: isTimeout ? "timeout" : errorType, httpStatus: null, message };
}

interface Around {
  readonly at: number;
  readonly durationMs: number;
  readonly secret: string;
}

function answerOf(
  call: PreparedCall,
  reading: Reading,
  failure: CallFailure | null,
  { at, durationMs, secret }: Around,
): ModelAnswer {
  const { provider, model } = call;
  const word = (text: string): string => withoutSecret(text.slice(0, PROVIDER_LIMITS.wordChars), secret);
  return {
    text: reading.text === undefined ? null : withoutSecret(reading.text, secret),
    responseModel: reading.responseModel === undefined ? null : word(reading.responseModel),
    finishReasons: (reading.finishReasons ?? []).slice(0, PROVIDER_LIMITS.finishReasons).map(word),
    refused: reading.refused === true,
    toolCalls: reading.toolCalls ?? null,
    inputTokens: reading.inputTokens ?? null,
    outputTokens: reading.outputTokens ?? null,
    cacheReadInputTokens: reading.cacheReadInputTokens ?? null,
    reasoningOutputTokens: reading.reasoningOutputTokens ?? null,
    costMicroUsd: failure === null ? (priceCall({ provider, model, at, ...reading }) ?? null) : null,
    durationMs,
    failure,
  };
}

/** Shorter ones are placeholders for servers that want none, and words of every language. */
const MIN_HIDDEN = 8;

/** A gateway may repeat what it was sent. */
const withoutSecret = (text: string, secret: string): string =>
  secret.length < MIN_HIDDEN ? text : text.replaceAll(secret, "[credential]");
