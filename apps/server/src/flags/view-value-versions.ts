/** The versions of a flag's values, and where each is served. */

import type { ValueVersionView } from "@dimmer/protocol";
import type { FlagRecord, ValueVersionRecord } from "../storage/store.ts";

/** Shape: in the order given; versions of variants that are gone are published nowhere. */
export function viewValueVersions(record: FlagRecord, versions: readonly ValueVersionRecord[]): readonly ValueVersionView[] {
  return versions.map(({ variant, number, digest, value, written, createdAt }) => {
    const publishedIn = Object.entries(record.environments)
      .filter(([, { config }]) => config.published?.[variant] === number)
      .map(([environment]) => environment);
    return {
      variant,
      number,
      digest,
      value,
      ...(written === undefined ? {} : { written }),
      createdAt: new Date(createdAt).toISOString(),
      publishedIn,
    };
  });
}
