/** Decides every verdict of a rollout again, from what was kept of it. */

import type { RolloutReplay } from "@dimmer/protocol";
import type { RolloutRecord, VerdictRecord } from "../storage/rollout-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { canonicalJson } from "../audit/canonical-json.ts";
import { decide } from "./decide/decide.ts";
import { gather } from "./decide/gather.ts";
import { frameOf } from "./decide/read-guardrails.ts";

/** Verdicts that are read at once. */
const PAGE = 500;

/**
 * Shape:  of repeated holds the last is decided again, as only its evidence is kept; what a person decided follows from nothing. The same
 *         means the same verdict, for the same reasons, on the same evidence.
 * Errors: the store's own.
 */
export async function replayRollout(store: StoreReader, record: RolloutRecord): Promise<RolloutReplay> {
  const observations = await store.listObservations(record.id, 0);
  const verdicts = (await listAll(store, record.id)).filter(({ facts }) => facts !== null);
  const different = verdicts.flatMap((kept) => {
    if (kept.facts === null) return [];
    const known = observations.filter(({ sequence }) => sequence <= kept.evidence.observations);
    const again = decide(kept.facts, gather(frameOf(kept.facts), known), kept.lastAt);
    const isSame = again.verdict === kept.verdict && said(again) === said(kept);
    if (isSame) return [];
    const say = `It was ${kept.verdict}: ${sayAll(kept)} It would be ${again.verdict}: ${sayAll(again)}`;
    return [{ sequence: kept.sequence, was: kept.verdict, now: again.verdict, say }];
  });
  return { verdicts: verdicts.length, same: verdicts.length - different.length, different };
}

type Said = Pick<VerdictRecord, "because" | "evidence">;

const said = ({ because, evidence }: Said): string => canonicalJson(JSON.parse(JSON.stringify([because, evidence])));
const sayAll = ({ because }: Said): string => because.map(({ say }) => say).join(" ");

async function listAll(store: StoreReader, rollout: string): Promise<readonly VerdictRecord[]> {
  const all: VerdictRecord[] = [];
  for (;;) {
    const page = await store.listVerdicts(rollout, { limit: PAGE, before: all.at(-1)?.sequence });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
