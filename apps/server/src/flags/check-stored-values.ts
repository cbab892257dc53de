/** Finds values that are not what they were when they were stored: SQLite knows of a flipped bit in a text as little as we would. */

import type { JsonValue, Snapshot } from "@dimmer/evaluation";
import { ProblemError } from "@dimmer/protocol";
import { digestOf } from "./value-digest.ts";

/**
 * Compares each value of a snapshot with the digest that it has been known by since it was written.
 *
 * Shape:  for the start of a server, before anything is served; it digests every published value once.
 * Errors: `ProblemError("store-unavailable")` that names the variant.
 * Source: ADR-0007; reliability F7.
 */
export function checkStoredValues({ project, environment, flags, values }: Snapshot): void {
  const sound = new Set(Object.entries(values).flatMap(([digest, text]) => (isWhole(digest, text) ? [digest] : [])));
  for (const [flag, { variants }] of Object.entries(flags)) {
    for (const [variant, { digest, earlier = {} }] of Object.entries(variants)) {
      if ([digest, ...Object.values(earlier)].every((known) => sound.has(known))) continue;
      throw new ProblemError(
        "store-unavailable",
        `The store's file is damaged: a value of ${flag}:${variant} in ${project}/${environment} is not what was stored. Restore a backup.`,
      );
    }
  }
}

function isWhole(digest: string, text: string): boolean {
  // The text is what `JSON.stringify` gave.
  return digestOf(JSON.parse(text) as JsonValue) === digest;
}
