/** Appends to the log of notices, inside the transaction of what is to be heard. */

import { strict as assert } from "node:assert";
import type { AlertMessage, NoticeTopic, RolloutMessage } from "@dimmer/protocol";
import type { StoreTransaction } from "../storage/store.ts";

/** Notices that a project keeps. A webhook that is further behind goes on with the oldest that is there. */
export const KEPT_NOTICES = 10_000;

export type NoticeBody = AlertMessage | RolloutMessage;

export interface Notice {
  readonly project: string;
  readonly type: NoticeBody["type"];
  /** Sent as it is: no value of a variant, no secret. */
  readonly body: NoticeBody;
}

/** Which webhooks hear what. */
const TOPICS: Readonly<Record<NoticeBody["type"], NoticeTopic>> = {
  "alert.opened": "alerts",
  "alert.acknowledged": "alerts",
  "alert.resolved": "alerts",
  "rollout.verdict": "rollouts",
};

/**
 * Shape:  gives the notice's sequence. Whoever committed calls `committed(project, {})`, which wakes webhooks and open pages; they look by
 *         themselves, too.
 * Errors: the store's own; a body of another type is an assertion.
 * Source: ADR-0063.
 */
export async function appendNotice(tx: StoreTransaction, { project, type, body }: Notice): Promise<number> {
  assert(type === body.type, `a notice ${type} must not hold ${body.type}`);
  const sequence = (await tx.lastNoticeSequence(project)) + 1;
  await tx.putNotice({ project, sequence, at: Date.parse(body.timestamp), topic: TOPICS[type], body }, KEPT_NOTICES);
  return sequence;
}
