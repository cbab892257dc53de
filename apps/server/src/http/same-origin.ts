/** Requests that a browser sends with a session must come from our own pages, as it sends the session with any. */

import type { FastifyRequest } from "fastify";
import { ProblemError } from "@dimmer/protocol";

/**
 * For what a session may do: the browser says that the page is ours.
 *
 * Errors: `ProblemError("forbidden")`, also where it says nothing.
 * Source: ADR-0036; reliability A43.
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (cameFrom(request, publicUrl) !== "own") throw foreign();
}

/** For what starts a session: programs say nothing and may, pages that are not ours may not. */
export function refuseForeignOrigin(request: FastifyRequest, publicUrl: string): void {
  if (cameFrom(request, publicUrl) === "foreign") throw foreign();
}

const foreign = () =>
  new ProblemError(
    "forbidden",
    "A page of another origin asks for this, or the browser does not say which. Use Dimmer's own pages.",
  );

/** `Sec-Fetch-Site` cannot be set by a page; over plain HTTP from another machine browsers leave it out and send Origin alone. */
function cameFrom({ headers }: FastifyRequest, publicUrl: string): "own" | "foreign" | "unsaid" {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" ? "own" : "foreign";
  const { origin } = headers;
  if (origin === undefined) return "unsaid";
  if (!URL.canParse(origin)) return "foreign";
  return origin === new URL(publicUrl).origin || new URL(origin).host === headers.host ? "own" : "foreign";
}
