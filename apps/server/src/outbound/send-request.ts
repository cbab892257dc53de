/** One request to an address that somebody chose: guarded, pinned, bounded, and never followed elsewhere. */

import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIPv6 } from "node:net";
import { ProblemError } from "@dimmer/protocol";
import { type OutboundPolicy, requirePublicAddress, requireUrl } from "./guard-address.ts";

export const OUTBOUND_LIMITS = {
  /** Milliseconds until the whole answer must be there. */
  timeoutMs: 10_000,
  /** Bytes of an answer that are read; what follows is cut. */
  answerBytes: 64 * 1024,
  /** Bytes of a document that is fetched; a longer one is refused. */
  documentBytes: 512 * 1024,
  /** Bytes of its headers. */
  headerBytes: 16 * 1024,
} as const;

export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What came of it: a status, or words why there is none. */
export type OutboundOutcome = { readonly status: number } | { readonly error: string };

/**
 * Posts.
 *
 * Shape:  the name is resolved and looked at for every request, and the connection goes to exactly that address, so that a name which
 *         resolves differently a moment later gains nothing. Redirects are statuses like any other.
 * Errors: none; what went wrong is the outcome.
 * Source: reliability A57, A58, A60.
 */
export async function sendRequest(request: OutboundRequest, policy: OutboundPolicy): Promise<OutboundOutcome> {
  const deadline = openDeadline(request.signal);
  const { signal } = deadline;
  try {
    const url = requireUrl(request.url, policy);
    const address = await orAborted(requirePublicAddress(url, policy), signal);
    const response = await dial(url, address, { method: "POST", headers: request.headers, body: request.body }, signal);
    await drain(response).catch(() => undefined);
    return { status: response.statusCode ?? 0 };
  } catch (error) {
    return { error: sayFailure(error, signal) };
  } finally {
    deadline.close();
  }
}

/**
 * Aborts with `outer` or after the time for a request. Not `AbortSignal.any` over `AbortSignal.timeout`: what Node 20 makes of those can be
 * collected as garbage before it fires, and a request would then wait for ever.
 */
export function openDeadline(
  outer: AbortSignal,
  timeoutMs: number = OUTBOUND_LIMITS.timeoutMs,
): { readonly signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  outer.addEventListener("abort", abort, { once: true });
  if (outer.aborted) abort();
  return {
    signal: controller.signal,
    close() {
      clearTimeout(timer);
      outer.removeEventListener("abort", abort);
    },
  };
}

/** A name server that never answers is given up too. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    work.then(resolve, reject);
  });
}

/** What is sent once the address is known; the body is whole. */
export interface Dialled {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Connects to exactly the address that was looked at. */
export function dial(
  url: URL,
  address: string,
  { method, headers, body }: Dialled,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const family = isIPv6(address) ? 6 : 4;
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = send(url, {
      method,
      agent: false,
      signal,
      maxHeaderSize: OUTBOUND_LIMITS.headerBytes,
      headers: method === "GET" ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) },
      lookup: (_hostname, options, done) => {
        if (options.all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    });
    request.once("response", resolve);
    request.once("error", reject);
    request.end(method === "GET" ? undefined : body);
  });
}

async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    // Leaving the loop destroys the connection.
    if (bytes > OUTBOUND_LIMITS.answerBytes) return;
  }
}

/** In words of ours: what a foreign server says never gets into lists and logs. */
function sayFailure(error: unknown, signal: AbortSignal): string {
  if (error instanceof ProblemError) return error.message;
  if (signal.aborted) return `There was no answer within ${OUTBOUND_LIMITS.timeoutMs / 1_000} s.`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return `The request failed${/^[A-Z0-9_]{1,60}$/u.test(code) ? ` (${code})` : ""}.`;
}
