/** Fetch through the guard of outbound requests, for libraries that take a fetch of ours. */

import type { IncomingMessage } from "node:http";
import { type OutboundPolicy, requirePublicAddress, requireUrl } from "./guard-address.ts";
import { dial, openDeadline, orAborted, OUTBOUND_LIMITS } from "./send-request.ts";

/** What of fetch's options such a library may use. */
export interface GuardedOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export type GuardedFetch = (url: string, options?: GuardedOptions) => Promise<Response>;

/** How long the whole answer may take, and how large it may be. */
export interface AnswerBounds {
  readonly timeoutMs: number;
  readonly answerBytes: number;
}

const DOCUMENT: AnswerBounds = { timeoutMs: OUTBOUND_LIMITS.timeoutMs, answerBytes: OUTBOUND_LIMITS.documentBytes };

/**
 * Shape:  the whole answer, pinned to the address that was looked at; redirects are answers like any other.
 * Errors: `ProblemError("invalid-request")` for an address that is refused; an `Error` for a body, an answer or a time beyond its bound.
 * Source: reliability A57, A58, A59.
 */
export function openGuardedFetch(policy: OutboundPolicy, bounds: AnswerBounds = DOCUMENT): GuardedFetch {
  return async (text, { method = "GET", headers = {}, body, signal } = {}) => {
    const deadline = openDeadline(signal ?? new AbortController().signal, bounds.timeoutMs);
    try {
      const url = requireUrl(text, policy);
      const address = await orAborted(requirePublicAddress(url, policy), deadline.signal);
      const sent = { method: methodOf(method), headers, body: textOf(body) };
      const response = await dial(url, address, sent, deadline.signal);
      const status = response.statusCode ?? 502;
      const content = await readWhole(response, bounds.answerBytes);
      return new Response(BODILESS.has(status) ? null : content, { status, headers: headersOf(response) });
    } finally {
      deadline.close();
    }
  };
}

/** Statuses that a `Response` refuses a body for. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function methodOf(method: string): "GET" | "POST" {
  if (method === "GET" || method === "POST") return method;
  throw new Error(`The guard sends GET and POST, not ${method}.`);
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error("The guard sends text, and this body is none.");
}

async function readWhole(response: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    bytes += (part as Buffer).length;
    if (bytes > maxBytes) throw new Error(`The answer is larger than ${maxBytes} bytes.`);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  return headers;
}
