/** What a judge did in a day, counted in the transaction that does it. */

import type { JudgeUsage } from "@dimmer/protocol";
import { dayOf } from "../connections/connections.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { EMPTY_USAGE } from "./judges.ts";

/** Days that are kept. */
const KEPT_DAYS = 92;
const DAY_MS = 86_400_000;

export async function addUsage(
  tx: StoreTransaction,
  judge: string,
  at: number,
  add: (usage: JudgeUsage) => JudgeUsage,
): Promise<void> {
  const day = dayOf(at);
  const before = (await tx.getJudgeDay(judge, day)) ?? EMPTY_USAGE;
  await tx.putJudgeDay(judge, day, add(before), dayOf(at - KEPT_DAYS * DAY_MS));
}
