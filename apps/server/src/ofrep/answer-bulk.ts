/** OFREP's evaluation of all flags as a pure function: the server and the edge worker mount the same. */

import { evaluate } from "@dimmer/evaluation";
import type { OfrepBulkFailure, OfrepEventStream } from "@dimmer/protocol";
import { readContext, writeEvaluation } from "./answer-evaluation.ts";
import type { OfrepView } from "./ofrep-view.ts";

/** Seconds after which a hidden page lets go of its stream; it asks again when it is seen again. */
const INACTIVITY_SECONDS = 120;

export interface BulkQuestion {
  readonly body: unknown;
  /** The header as it came. */
  readonly ifNoneMatch: string | undefined;
}

export interface BulkPorts {
  /** Where the caller's key may hear of changes: path and query, the same as long as the key is. */
  readonly streamUri: string;
  /** A collision would leave somebody with old values, so a digest of cryptographic strength. */
  readonly digest: (text: string) => string;
}

export type BulkAnswer =
  | { readonly status: 200; readonly etag: string; readonly text: string }
  | { readonly status: 304; readonly etag: string; readonly text: "" }
  | { readonly status: 400; readonly etag: undefined; readonly text: string };

/**
 * Answers every flag of the view for one context.
 *
 * Shape:  items are successes or failures, each as the single evaluation gives it. The ETag is one of the results and of the
 *         stream's address: clients keep it when only the context changes, and keep an old address as long as they hear 304.
 * Errors: none thrown; a context that cannot be read is 400 with errorCode and errorDetails.
 * Source: OFREP 0.3; ADR-0017.
 */
export function answerBulk({ body, ifNoneMatch }: BulkQuestion, view: OfrepView, ports: BulkPorts): BulkAnswer {
  const context = readContext(body);
  if ("problem" in context) return { status: 400, etag: undefined, text: writeBulkFailure("INVALID_CONTEXT", context.problem) };
  const flags = writeFlags(view, context.value);
  // Weak: two answers with one tag may differ in the position that their stream goes on from.
  const etag = `W/"${ports.digest(`${ports.streamUri}\n${flags}`)}"`;
  if (isAmong(etag, ifNoneMatch)) return { status: 304, etag, text: "" };
  const streams = JSON.stringify([eventStream(ports.streamUri, view.position)]);
  const metadata = JSON.stringify({ flagSetId: view.snapshot.flagSetId });
  return { status: 200, etag, text: `{"flags":${flags},"eventStreams":${streams},"metadata":${metadata}}` };
}

export const writeBulkFailure = (errorCode: OfrepBulkFailure["errorCode"], errorDetails: string): string =>
  JSON.stringify({ errorCode, errorDetails } satisfies OfrepBulkFailure);

function writeFlags(view: OfrepView, context: object): string {
  const items: string[] = [];
  for (const key of view.flags) items.push(writeEvaluation(view, evaluate(view.snapshot, key, context)));
  return `[${items.join(",")}]`;
}

/** Whoever comes with the position of these very answers need not ask again. */
const eventStream = (uri: string, position: string): OfrepEventStream => ({
  type: "sse",
  endpoint: { requestUri: `${uri}&since=${position}` },
  inactivityDelaySec: INACTIVITY_SECONDS,
});

/** RFC 9110, weak comparison. */
function isAmong(etag: string, header: string | undefined): boolean {
  const opaque = etag.slice(2);
  return (header ?? "").split(",").some((entry) => entry.trim() === "*" || entry.trim().replace(/^W\//u, "") === opaque);
}
