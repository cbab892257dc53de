/** A snapshot as the server holds it: serialised once, compressed and compiled when first needed. */

import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { compileSnapshot, type CompiledSnapshot, type Snapshot } from "@dimmer/evaluation";
import { snapshotEtag } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "./limits.ts";

export type ContentCoding = "identity" | "gzip" | "br";

export interface HeldSnapshot {
  readonly snapshot: Snapshot;
  readonly etag: string;
  /** Ready to evaluate. */
  compiled(): CompiledSnapshot;
  isCompiled(): boolean;
  /** The bytes in the best form that the reader takes. */
  encoded(acceptEncoding: string | undefined): Promise<{ readonly bytes: Buffer; readonly coding: ContentCoding }>;
}

export function holdSnapshot(snapshot: Snapshot, ready?: CompiledSnapshot): HeldSnapshot {
  let compiled = ready;
  const encode = once(() => Buffer.from(JSON.stringify(snapshot)));
  const encodings: Readonly<Record<ContentCoding, () => Promise<Buffer>>> = {
    identity: async () => encode(),
    gzip: once(async () => promisify(gzip)(encode())),
    br: once(async () => promisify(brotliCompress)(encode(), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })),
  };
  return {
    snapshot,
    etag: snapshotEtag(snapshot),
    compiled: () => (compiled ??= compileSnapshot(snapshot)),
    isCompiled: () => compiled !== undefined,
    encoded: async (acceptEncoding) => {
      const coding = encode().length < DELIVERY_LIMITS.compressFromBytes ? "identity" : chooseCoding(acceptEncoding);
      return { bytes: await encodings[coding](), coding };
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Brotli, then gzip, of those that the reader takes (RFC 9110); `q=0` refuses one. */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding {
  const taken = new Set(
    (acceptEncoding ?? "")
      .toLowerCase()
      .split(",")
      .map((entry) => entry.trim().split(/\s*;\s*/u))
      .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(?:\.0*)?$/u.test(parameter)))
      .map(([name]) => name),
  );
  return taken.has("br") ? "br" : taken.has("gzip") ? "gzip" : "identity";
}
