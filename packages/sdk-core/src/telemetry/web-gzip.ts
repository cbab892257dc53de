/** Compresses with what the web platform has. */

import type { Compress } from "../ports.ts";

/**
 * The `compress` port of hosts that have a `CompressionStream`.
 *
 * Shape:  gzip of the text as UTF-8; undefined where the host has none.
 * Errors: none but the platform's own.
 */
export function webGzip(): Compress | undefined {
  if (typeof CompressionStream === "undefined") return undefined;
  return async (text) => {
    const compressed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(compressed).arrayBuffer());
  };
}
