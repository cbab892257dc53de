/** Requests to a Dimmer server: the key stays with its origin, bodies are bounded, every failure has one form. */

import { ENGINE_LIMITS } from "../limits.ts";
import type { Clock } from "../ports.ts";
import { describeRefusedKey, isKeyRefused } from "./refused-key.ts";
import type { SourceFailure } from "./source.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const LOCAL_KILLS_HEADER = "dimmer-local-kills";

/** Where the server is and how to be let in. */
export interface Address {
  /** The server's origin, with a path before `/sdk/v1` where it lives behind one. */
  readonly url: string;
  readonly key: string;
  /** Name and version of the SDK, `dimmer-node/1.2.3`. Sent as `User-Agent`, where the host lets us. */
  readonly agent?: string;
  /** Tells this client from others in the server's list of SDKs; without it, or without `agent`, it is not listed. */
  readonly instance?: string;
  /** What is switched off here at the moment, as the header says it; empty for nothing. */
  readonly localKills?: () => string;
}

/** Carries a `SourceFailure` out of a request; never leaves this folder. */
export class RequestError extends Error {
  readonly failure: SourceFailure;

  constructor(failure: SourceFailure) {
    super(failure.message, { cause: failure.cause });
    this.name = "RequestError";
    this.failure = failure;
  }
}

export function requestHeaders(address: Address, more: Record<string, string>): Record<string, string> {
  const { agent, instance } = address;
  const named = agent === undefined ? {} : { "user-agent": agent };
  const listed = agent === undefined || instance === undefined ? {} : { "dimmer-sdk": `${agent} ${instance}` };
  const kills = address.localKills?.() ?? "";
  const killed = kills === "" ? {} : { [LOCAL_KILLS_HEADER]: kills };
  return { authorization: `Bearer ${address.key}`, ...named, ...listed, ...killed, ...more };
}

export function requestUrl(address: Address, path: string): string {
  return address.url.replace(/\/+$/, "") + path;
}

/** Turns everything but a 200 or 304 of the wanted type into a failure. */
export function checkResponse(
  response: Response,
  wanted: { readonly type: string; readonly what: string },
  address: Address,
  clock: Clock,
): void {
  const { status } = response;
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304))
    throw new RequestError(redirected(wanted.what, status));
  if (status === 304) return;
  if (status !== 200) throw new RequestError(refused(response, wanted.what, address, clock));
  const type = response.headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith(wanted.type)) {
    const message = `The server answered the ${wanted.what} with ${type === "" ? "no content type" : type} instead of ${wanted.type}.`;
    throw new RequestError({ code: "payload", message });
  }
}

function redirected(what: string, status: number): SourceFailure {
  const message = `The server redirected the ${what}; redirects are not followed, because the key must not go elsewhere.`;
  return { code: "redirected", message, status };
}

function refused(response: Response, what: string, address: Address, clock: Clock): SourceFailure {
  const { status } = response;
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), clock);
  return {
    code: "status",
    message: isKeyRefused({ status })
      ? `${requestUrl(address, "")} answered the ${what} with ${status}: ${describeRefusedKey(address.key)}`
      : `The server answered the ${what} with ${status}.`,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Seconds or a date (RFC 9110 §10.2.3); junk counts as absent. */
export function readRetryAfter(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  // Dates begin with the name of a day; Date.parse reads far more than that as a date, "-5" among it.
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  const ms = /^[0-9]+$/.test(text) ? Number(text) * 1_000 : date - clock.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), ENGINE_LIMITS.sentAwayMaxMs);
}

/** Reads a body as JSON, at most `maxBytes` of it. */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const text = await readText(response, maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError({ code: "payload", message: "The server's answer is not valid JSON.", cause });
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decode(decoder);
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new RequestError({ code: "payload", message: `The server's answer is longer than ${maxBytes} bytes.` });
    }
    text += decode(decoder, value);
  }
}

/** Bytes that are not UTF-8 were garbled on their way; they must not pass as replacement characters. */
export function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new RequestError({ code: "payload", message: "The server's answer is not valid UTF-8.", cause });
  }
}

/** Gives whatever a request threw its form. */
export function failureOf(thrown: unknown, what: string): SourceFailure {
  if (thrown instanceof RequestError) return thrown.failure;
  return { code: "network", message: `The ${what} failed: ${describe(thrown)}`, cause: thrown };
}

/** fetch() says "fetch failed" and hides the reason in `cause`. */
function describe(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  const message =
    cause instanceof Error && cause.message !== "" ? cause.message : typeof code === "string" ? code : "no reason given";
  return `${message}.`;
}
