/** Takes what people asked and got, where a judge wants it: sealed until it is judged, for a day at most. */

import { createHash } from "node:crypto";
import type { z } from "zod";
import { slotOf } from "@dimmer/evaluation";
import { JUDGE_LIMITS, type SamplePart, type SamplesAnswer, type WantedSamples } from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { openSecret, sealSecret, type SealingKey } from "../access/seal-secret.ts";
import type { EnvironmentPlace } from "../connections/connections.ts";
import type { JudgeRecord, JudgeSampleRecord } from "../storage/judge-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { addUsage } from "./judge-usage.ts";

export type TakenSample = z.output<typeof SamplePart>;

const SLOTS_PER_MILLE = 100;

/** Those that go on, with their share; whoever sends samples asks for it now and then. */
export async function listWanted(store: StoreReader, place: EnvironmentPlace): Promise<readonly WantedSamples[]> {
  const judges = await goingOn(store, place);
  return judges.map(({ id, definition: { flag, perMille } }) => ({ judge: id, flag, perMille }));
}

/**
 * Takes samples.
 *
 * Shape:  whether a run is in a judge's share hangs on the two alone, so that a run that is told twice, or to two servers, is judged
 *         once. What no judge wants is written nowhere.
 * Errors: none but the store's; the answer says what was not taken.
 * Source: ADR-0059.
 */
export async function takeSamples(
  ports: SealingPorts,
  place: EnvironmentPlace,
  samples: readonly TakenSample[],
): Promise<SamplesAnswer> {
  const judges = await goingOn(ports.store, place);
  const wanted = samples.flatMap((sample) => judges.filter((judge) => wants(judge, sample)).map((judge) => ({ judge, sample })));
  const notWanted = samples.filter((sample) => !judges.some((judge) => wants(judge, sample))).length;
  if (wanted.length === 0) return { taken: 0, notWanted, dropped: 0 };
  return await ports.store.transaction(async (tx) => {
    let dropped = 0;
    for (const { judge, sample } of wanted) if (!(await takeOne(tx, ports, judge, sample))) dropped++;
    return { taken: wanted.length - dropped, notWanted, dropped };
  });
}

/** 32 hex digits: also the id of the score event. */
export const sampleIdOf = (judge: string, run: string): string =>
  createHash("sha256")
    .update(JSON.stringify([judge, run]))
    .digest("hex")
    .slice(0, 32);

/** Errors: `openSecret`'s, for one that was sealed with another key. */
export function openSample(sealing: SealingKey, { judge, id, sealed }: JudgeSampleRecord): TakenSample {
  return JSON.parse(new TextDecoder().decode(openSecret(sealing, sealed ?? "", placeOf(judge, id)))) as TakenSample;
}

const goingOn = async (store: StoreReader, { project, environment }: EnvironmentPlace): Promise<readonly JudgeRecord[]> =>
  (await store.listJudges(project, environment)).filter(({ message }) => message === null);

const wants = ({ id, definition: { flag, perMille } }: JudgeRecord, { run, served }: TakenSample): boolean =>
  served.flag === flag && slotOf(id, run) < perMille * SLOTS_PER_MILLE;

async function takeOne(
  tx: StoreTransaction,
  ports: SealingPorts,
  { id: judge }: JudgeRecord,
  sample: TakenSample,
): Promise<boolean> {
  const { sealing, random, clock } = ports;
  const id = sampleIdOf(judge, sample.run);
  if ((await tx.getJudgeSample(judge, id)) !== null) return true;
  if ((await tx.countJudgeSamples(judge)) >= JUDGE_LIMITS.waiting) {
    await addUsage(tx, judge, clock(), (usage) => ({ ...usage, dropped: usage.dropped + 1 }));
    return false;
  }
  const sealed = sealSecret(sealing, new TextEncoder().encode(JSON.stringify(sample)), placeOf(judge, id), random);
  const at = clock();
  await tx.putJudgeSample({ judge, id, sealed, attempts: 0, dueAt: at, createdAt: at });
  return true;
}

const placeOf = (judge: string, id: string): string => `judge-sample/${judge}/${id}`;
