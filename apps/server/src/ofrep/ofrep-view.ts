/** What a key of one kind is answered from: a compiled snapshot, and which of its flags there are for it. */

import type { Audience, CompiledSnapshot, Evaluation } from "@dimmer/evaluation";

export interface OfrepView {
  readonly audience: Audience;
  readonly snapshot: CompiledSnapshot;
  /** Sorted, so that the same answers have the same ETag. All other flags do not exist, as far as this key can tell. */
  readonly flags: ReadonlySet<string>;
  /** Another one whenever something changed that can reach this key; tells nothing else. */
  readonly position: string;
  /** Evaluations as the JSON that was made of them: most contexts get one of a few. */
  readonly texts: WeakMap<Evaluation, string>;
}

/** The view of a server key: everything. */
export function serverView(snapshot: CompiledSnapshot, position: string): OfrepView {
  return { audience: "server", snapshot, flags: new Set([...snapshot.flags.keys()].sort()), position, texts: new WeakMap() };
}
