/** Something that one event is enough of to be alerted about. */

import type { RaisedAlert } from "../raise-alert.ts";

/** How often it was seen, by what it was seen in. */
export type Counts = Readonly<Record<string, number>>;

export interface Sighting {
  readonly counts: Counts;
  /** Shape: `seen` is all that was counted while the alert stands, this included; it belongs into the evidence under its names. */
  readonly alert: (seen: Counts) => RaisedAlert;
}

/** Adds up by name. */
export const addCounts = (one: Counts, other: Counts): Counts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]),
  );
