/** The bytes of a cached snapshot: one line with a checksum, then JSON. */

import { createHash } from "node:crypto";
import type { CacheEntry, CacheLoad } from "@dimmer/sdk-core";

const FORMAT = "dimmer-cache/1";
const HEADER = /^dimmer-cache\/1 sha256=([0-9a-f]{64})\n$/;
const HEADER_BYTES = FORMAT.length + " sha256=".length + 64 + 1;

interface Body extends CacheEntry {
  readonly place: string;
}

/** Shape: `place` says whose flags these are; it is part of what the checksum covers. */
export function writeCacheFile(place: string, { snapshot, confirmedAt }: CacheEntry): Buffer {
  const body = Buffer.from(JSON.stringify({ place, confirmedAt, snapshot } satisfies Body));
  return Buffer.concat([Buffer.from(`${FORMAT} sha256=${digestOf(body)}\n`), body]);
}

/**
 * Reads what `writeCacheFile` wrote.
 *
 * Shape:  the same bytes or a refusal: one flipped bit anywhere, or one byte less or more, is refused.
 * Errors: none thrown.
 * Source: ADR-0024.
 */
export function readCacheFile(place: string, bytes: Buffer): CacheLoad {
  const header = HEADER.exec(bytes.subarray(0, HEADER_BYTES).toString("latin1"));
  if (header === null) return refused(`It does not begin as ${FORMAT} does.`);
  const body = bytes.subarray(HEADER_BYTES);
  if (digestOf(body) !== header[1]) return refused("Its checksum does not fit: it was cut or changed.");
  const data = parse(body);
  if (typeof data?.confirmedAt !== "number" || data.snapshot === undefined) return refused("It holds no snapshot.");
  if (data.place !== place) return refused("It belongs to another server or key.");
  return { outcome: "found", entry: { snapshot: data.snapshot, confirmedAt: data.confirmedAt } };
}

/** What passes the checksum was written by somebody who knows it; that need not have been us. */
function parse(body: Buffer): Partial<Body> | undefined {
  try {
    return (JSON.parse(body.toString("utf8")) ?? undefined) as Partial<Body> | undefined;
  } catch {
    return undefined;
  }
}

const refused = (why: string): CacheLoad => ({ outcome: "refused", why });
const digestOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");
