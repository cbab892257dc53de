/** Which pages of other origins may read answers (CORS). No cookie is ever read, so an origin is a courtesy and no credential. */

import type { FastifyReply, FastifyRequest } from "fastify";

/** `*`, or the origins themselves, each as a browser writes it. */
export type AllowedOrigins = readonly string[];

/** Seconds that a browser may keep the answer to a preflight; Chromium keeps none for longer. */
const PREFLIGHT_SECONDS = 7_200;

const PREFLIGHT_HEADERS = {
  "Access-Control-Allow-Methods": "GET, POST",
  // No wildcard: it does not cover Authorization.
  "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, X-API-Key, X-Request-Id, traceparent, tracestate",
  "Access-Control-Max-Age": PREFLIGHT_SECONDS,
};

/** Of the headers that a page could not read otherwise, those that OFREP's clients need. */
const EXPOSED = "ETag, Retry-After, X-Request-Id";

/** Lets the page read the answer, refusals included, where its origin is allowed. */
export function allowOrigin(request: FastifyRequest, reply: FastifyReply, origins: AllowedOrigins): void {
  const origin = allowedOrigin(request.headers.origin, origins);
  if (!origins.includes("*")) void reply.header("Vary", "Origin");
  if (origin === undefined) return;
  void reply.header("Access-Control-Allow-Origin", origin).header("Access-Control-Expose-Headers", EXPOSED);
}

/** A server key in a page is a mistake; its answers are for servers. */
export function withdrawOrigin(reply: FastifyReply): void {
  void reply.removeHeader("Access-Control-Allow-Origin").removeHeader("Access-Control-Expose-Headers");
}

/** Answers the question that a browser asks before it sends a key. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(PREFLIGHT_HEADERS).send();
}

/** Never an echo of what is not on the list; `null`, which every sandboxed page sends, is on none. */
function allowedOrigin(origin: string | undefined, origins: AllowedOrigins): string | undefined {
  if (origin === undefined) return undefined;
  return origins.includes("*") ? "*" : origins.find((allowed) => allowed === origin);
}
