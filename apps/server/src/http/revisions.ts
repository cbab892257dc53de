/** Revisions as HTTP has them: ETag, If-Match and If-None-Match. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "@dimmer/protocol";

export function sendRevision(reply: FastifyReply, revision: number): void {
  void reply.header("ETag", `"${revision}"`);
}

/** Resource → revision, as `applyChange` expects it; empty where the caller named none. */
export type Expected = Readonly<Record<string, number>>;

/**
 * The revision the author saw. `If-None-Match: *` says that there was none yet (0), `If-Match: *` that any will do. A weak one
 * counts as it was sent: proxies that compress weaken ETags, and a revision says the same in every coding.
 */
export function expectRevision(request: FastifyRequest, resource: string): Expected {
  if (request.headers["if-none-match"] === "*") return { [resource]: 0 };
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return {};
  const revision = /^(?:W\/)?"(\d{1,15})"$/u.exec(header)?.[1];
  if (revision === undefined) {
    throw new ProblemError("revision-mismatch", 'If-Match is not a revision of this resource; send its ETag, such as "7".');
  }
  return { [resource]: Number(revision) };
}

/** For edits that would overwrite what somebody else wrote in the meantime. */
export function requireRevision(request: FastifyRequest, resource: string): Expected {
  if (request.headers["if-match"] === undefined && request.headers["if-none-match"] !== "*") {
    throw new ProblemError(
      "revision-required",
      "Read the resource and send its ETag as If-Match (If-None-Match: * for one that is new).",
    );
  }
  return expectRevision(request, resource);
}

/** Whether the caller holds one of these states already (RFC 9110, weak comparison). */
export function holdsAlready(request: FastifyRequest, etag: string): boolean {
  const header = request.headers["if-none-match"];
  if (header === undefined) return false;
  return header.split(",").some((entry) => entry.trim() === "*" || entry.trim().replace(/^W\//u, "") === etag);
}
