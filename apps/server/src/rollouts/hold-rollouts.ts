/** Pauses whatever ramps a flag that is in trouble for another reason than its rollout. */

import { type Actor, ProblemError } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { decide } from "./decide/decide.ts";
import { gather } from "./decide/gather.ts";
import { keepVerdict, type VerdictPorts } from "./keep-verdict.ts";
import { frameOf } from "./rollout-memory.ts";
import { factsOf } from "./tick.ts";

const DRIFT_WATCH: Actor = { kind: "system", id: "drift-watch", name: "Drift watch" };

export interface Trouble extends Place {
  readonly flag: string;
  readonly variant: string;
  /** A whole sentence. */
  readonly because: string;
}

/**
 * Pauses the rollouts of a flag in an environment, whichever variant they raise: who raises one takes from the others.
 *
 * Shape:  in the transaction of what found it. What is paused or waits for its start stays so; a person resumes it.
 * Errors: the store's own; `ProblemError("conflict")` where another server was quicker: look again.
 * Source: reference statistics 4, on what an alarm does; ADR-0062.
 */
export async function holdRollouts(tx: StoreTransaction, ports: VerdictPorts, trouble: Trouble): Promise<void> {
  const { project, environment, flag, variant, because } = trouble;
  for (const record of await tx.listActiveRollouts()) {
    const isOf = record.project === project && record.environment === environment && record.flag === flag;
    if (!isOf || record.state === "paused" || record.state === "proposed") continue;
    const facts = factsOf(record, record.progress.observedUntil, []);
    const seen = gather(frameOf(record), await tx.listObservations(record.id, 0));
    const { evidence } = decide(facts, seen, ports.clock());
    const said = [{ reason: "drift", say: because, about: variant }] as const;
    const paused = { ...record, state: "paused" } as const;
    if (!(await tx.moveRollout(paused)))
      throw new ProblemError("conflict", `Rollout ${record.id} was moved by another server at the same moment.`);
    const verdict = { verdict: "pause", because: said, evidence, facts: null, change: null, actor: DRIFT_WATCH } as const;
    await keepVerdict(tx, ports, paused, verdict);
  }
}
