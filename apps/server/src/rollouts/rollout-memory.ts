/** What the controller has in mind of a rollout between two looks: nothing that the store does not have, too. */

import type { GateReading } from "@dimmer/protocol";
import type { ObservationRecord, RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { addObservation, type Frame, gather, isInOrder, type Seen } from "./decide/gather.ts";
import type { Observed } from "./observe.ts";

export interface RolloutMemory {
  lookedAt: number;
  /** Of this step. */
  step: number;
  seen: Seen;
  /** Time and length of a bucket → what was found of it last, as JSON. */
  readonly known: Map<string, string>;
  readonly gates: Map<string, GateReading>;
}

export async function remember(store: StoreReader, record: RolloutRecord): Promise<RolloutMemory> {
  const observations = await store.listObservations(record.id, 0);
  const known = new Map(observations.map((one) => [keyOf(one), JSON.stringify(one.body)]));
  const seen = gather(frameOf(record), observations);
  return { lookedAt: 0, step: record.progress.step, seen, known, gates: new Map() };
}

export const frameOf = ({ terms, progress }: RolloutRecord): Frame => ({
  plan: terms.plan,
  shared: terms.shared,
  baseline: terms.baseline,
  step: progress.step,
});

const keyOf = ({ bucketAt, lengthMs }: Pick<ObservationRecord, "bucketAt" | "lengthMs">): string => `${bucketAt}/${lengthMs}`;

/** What is new, or is not what it was found to be before; numbered on from what is known. */
export function findNews(
  { known, seen }: RolloutMemory,
  rollout: string,
  { observations }: Observed,
): readonly ObservationRecord[] {
  const news = observations.filter((one) => known.get(keyOf(one)) !== JSON.stringify(one.body));
  return news.map((one, at) => ({ ...one, rollout, sequence: seen.sequence + at + 1 }));
}

/**
 * All that was seen, with the news in it.
 *
 * Shape:  adds them one by one where they come after all else; where a late event changed a bucket, or another step is looked at, all is
 *         read and added up anew, which gives the same.
 */
export async function seeNews(
  store: StoreReader,
  record: RolloutRecord,
  memory: RolloutMemory,
  news: readonly ObservationRecord[],
): Promise<Seen> {
  const frame = frameOf(record);
  let seen = memory.seen;
  const isSameStep = memory.step === record.progress.step;
  for (const one of news) {
    if (!isSameStep || !isInOrder(seen, one)) return gather(frame, await store.listObservations(record.id, 0));
    seen = addObservation(frame, seen, one);
  }
  return isSameStep ? seen : gather(frame, await store.listObservations(record.id, 0));
}

/** To be called once it is stored; `step` is the one that was looked at. */
export function keepNews(memory: RolloutMemory, step: number, seen: Seen, news: readonly ObservationRecord[]): void {
  for (const one of news) memory.known.set(keyOf(one), JSON.stringify(one.body));
  memory.seen = seen;
  memory.step = step;
}
