/** OFREP's evaluation of all flags as a pure function: the server and the edge worker mount the same. */

import { evaluate, type Evaluation } from "@dimmer/evaluation";
import type { OfrepBulkFailure, OfrepEventStream } from "@dimmer/protocol";
import { writeEvaluation } from "./answer-evaluation.ts";
import type { OfrepView, WrittenItem } from "./ofrep-view.ts";
import { optionsFor, type Question, type ReadQuestion, snapshotFor } from "./read-question.ts";

/** Seconds after which a hidden page lets go of its stream; it asks again when it is seen again. */
const INACTIVITY_SECONDS = 120;

export interface BulkQuestion {
  readonly question: ReadQuestion;
  /** The header as it came. */
  readonly ifNoneMatch: string | undefined;
}

export interface BulkPorts {
  /** Where the caller's key may hear of changes: path and query, the same as long as the key is. */
  readonly streamUri: string;
  /** 32 bytes; a collision would leave somebody with old values, so a digest of cryptographic strength. */
  readonly digest: (bytes: Uint8Array) => Uint8Array;
}

export type BulkAnswer =
  | { readonly status: 200; readonly etag: string; readonly body: Uint8Array }
  | { readonly status: 304; readonly etag: string; readonly body: undefined }
  | { readonly status: 400; readonly etag: undefined; readonly body: Uint8Array };

/**
 * Answers every flag of the view for one context.
 *
 * Shape:  items are successes or failures, each as the single evaluation gives it. The ETag is one of the results and of the
 *         stream's address: clients keep it when only the context changes, and keep an old address as long as they hear 304.
 * Errors: none thrown; a context that cannot be read is 400 with errorCode and errorDetails.
 * Source: OFREP 0.3; ADR-0017.
 */
export function answerBulk({ question, ifNoneMatch }: BulkQuestion, view: OfrepView, ports: BulkPorts): BulkAnswer {
  if ("problem" in question) {
    return { status: 400, etag: undefined, body: encode(writeBulkFailure("INVALID_CONTEXT", question.problem)) };
  }
  const items = writeItems(view, question, ports);
  const etag = etagOf(items, ports);
  if (isAmong(etag, ifNoneMatch)) return { status: 304, etag, body: undefined };
  const streams = JSON.stringify([eventStream(ports.streamUri, view.position)]);
  const metadata = JSON.stringify({ flagSetId: view.snapshot.flagSetId, ...question.problems });
  return { status: 200, etag, body: joinItems(`{"flags":[`, items, `],"eventStreams":${streams},"metadata":${metadata}}`) };
}

export const writeBulkFailure = (errorCode: OfrepBulkFailure["errorCode"], errorDetails: string): string =>
  JSON.stringify({ errorCode, errorDetails } satisfies OfrepBulkFailure);

const encoder = new TextEncoder();
const encode = (text: string): Uint8Array => encoder.encode(text);

function writeItems(view: OfrepView, question: Question, { digest }: BulkPorts): WrittenItem[] {
  const snapshot = snapshotFor(view, question);
  const options = optionsFor(view, question);
  const items: WrittenItem[] = [];
  for (const key of view.flags) items.push(writeItem(view, evaluate(snapshot, key, question.context, options), digest));
  return items;
}

/** Bytes and digest are made once for each evaluation that the snapshot keeps: text that is joined anew costs ten times as much. */
function writeItem(view: OfrepView, evaluation: Evaluation, digest: BulkPorts["digest"]): WrittenItem {
  const known = view.items.get(evaluation);
  if (known !== undefined) return known;
  const bytes = encode(writeEvaluation(view, evaluation));
  const item = { bytes, digest: digest(bytes) };
  view.items.set(evaluation, item);
  return item;
}

/** Weak: two answers with one tag may differ in the position that their stream goes on from. */
function etagOf(items: readonly WrittenItem[], { streamUri, digest }: BulkPorts): string {
  const uri = digest(encode(streamUri));
  const digests = joinBytes([uri, ...items.map((item) => item.digest)]);
  return `W/"${base64Url(digest(digests))}"`;
}

/** 43 characters of the alphabet that an ETag and a URL may both hold. */
function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/u, "");
}

const COMMA = encode(",");

function joinItems(before: string, items: readonly WrittenItem[], after: string): Uint8Array {
  const parts: Uint8Array[] = [encode(before)];
  for (const [index, { bytes }] of items.entries()) {
    if (index > 0) parts.push(COMMA);
    parts.push(bytes);
  }
  parts.push(encode(after));
  return joinBytes(parts);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
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
