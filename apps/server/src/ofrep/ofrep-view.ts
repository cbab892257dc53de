/** What a key of one kind is answered from: a compiled snapshot, and which of its flags there are for it. */

import type { Audience, CompiledSnapshot, Evaluation, Snapshot } from "@dimmer/evaluation";

export interface OfrepView {
  readonly audience: Audience;
  readonly snapshot: CompiledSnapshot;
  /** What is evaluated where a signed context proves something; the same for a server key, which is believed anyway. */
  provable(): CompiledSnapshot;
  /** Only of a browser's view: what `provable` compiles. */
  readonly provableSource?: Snapshot;
  /** Sorted, so that the same answers have the same ETag. All other flags do not exist, as far as this key can tell. */
  readonly flags: ReadonlySet<string>;
  /** Another one whenever something changed that can reach this key; tells nothing else. */
  readonly position: string;
  /** Evaluations as the JSON that was made of them: most contexts get one of a few. */
  readonly texts: WeakMap<Evaluation, string>;
  /** The same as parts of an answer of all flags. */
  readonly items: WeakMap<Evaluation, WrittenItem>;
}

/** An item of a bulk answer: its JSON in UTF-8, and the digest of it. */
export interface WrittenItem {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

export const nothingWritten = (): Pick<OfrepView, "texts" | "items"> => ({ texts: new WeakMap(), items: new WeakMap() });

/** The view of a server key: everything. */
export function serverView(snapshot: CompiledSnapshot, position: string): OfrepView {
  const flags = new Set([...snapshot.flags.keys()].sort());
  return { audience: "server", snapshot, provable: () => snapshot, flags, position, ...nothingWritten() };
}
