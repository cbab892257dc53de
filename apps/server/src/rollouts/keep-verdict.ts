/** Keeps a verdict with its evidence, and tells of it: the audit, webhooks, alerts. Holds that are alike are one row with a count. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor, Because, RolloutMessage, Verdict, VerdictEvidence } from "@dimmer/protocol";
import { type AlertPorts, raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import { appendAudit, type AuditPorts, projectChain } from "../audit/append-audit.ts";
import type { RolloutRecord, VerdictRecord } from "../storage/rollout-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { appendNotice } from "../webhooks/append-notice.ts";
import type { Facts } from "./decide/facts.ts";
import { stepsOf } from "./decide/steps.ts";

export type VerdictPorts = AlertPorts & AuditPorts;

export interface NewVerdict {
  readonly verdict: Verdict;
  readonly because: readonly Because[];
  readonly evidence: VerdictEvidence;
  /** Null for what a person decided. */
  readonly facts: Facts | null;
  readonly change: string | null;
  readonly actor: Actor;
}

/**
 * Shape:  in the transaction of what it is about; `record` is the row as it will be.
 * Errors: the store's own.
 */
export async function keepVerdict(
  tx: StoreTransaction,
  ports: VerdictPorts,
  record: RolloutRecord,
  verdict: NewVerdict,
): Promise<void> {
  const at = ports.clock();
  const [last] = await tx.listVerdicts(record.id, { limit: 1 });
  if (last !== undefined && isAlike(last, verdict)) {
    const { evidence, facts, because } = verdict;
    const repeated = { ...last, because, evidence, facts, times: last.times + 1, lastAt: at };
    await tx.putVerdict(repeated);
    await alertHeld(tx, ports, record, repeated);
    return;
  }
  const sequence = (last?.sequence ?? 0) + 1;
  await tx.putVerdict({ rollout: record.id, sequence, at, lastAt: at, times: 1, ...verdict });
  await auditVerdict(tx, ports, record, verdict, sequence);
  if (!isOrdinary(verdict)) await tellVerdict(tx, record, verdict, at);
  await alertOf(tx, ports, record, verdict);
}

const isAlike = (last: VerdictRecord, next: NewVerdict): boolean =>
  last.verdict === "hold" && next.verdict === "hold" && sayKind(last) === sayKind(next);

const sayKind = ({ because, evidence }: Pick<NewVerdict, "because" | "evidence">): string =>
  JSON.stringify([evidence.step, because.map(({ reason, about }) => [reason, about])]);

/** A step that only takes its time is no news. */
const isOrdinary = ({ verdict, because }: NewVerdict): boolean => verdict === "hold" && because[0]?.reason === "dwell";

async function auditVerdict(
  tx: StoreTransaction,
  ports: VerdictPorts,
  { id, project, environment, flag, rule, variant, fence }: RolloutRecord,
  { verdict, because, evidence, change, actor }: NewVerdict,
  sequence: number,
): Promise<void> {
  const said = { rollout: id, environment, flag, rule, variant, fence, verdict, sequence, change };
  const details = { ...said, because: because as unknown as JsonValue, evidence: evidence as unknown as JsonValue };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action: `rollout.${verdict}`, actor, details }, ports);
}

async function tellVerdict(
  tx: StoreTransaction,
  { id, project, environment, flag, variant, state, progress }: RolloutRecord,
  { verdict, because, evidence }: NewVerdict,
  at: number,
): Promise<void> {
  const path = `/api/v1/projects/${encodeURIComponent(project)}/rollouts/${id}`;
  const of = { project, rollout: id, flag, environment, variant, verdict, state, percent: progress.percent, because, path };
  const body: RolloutMessage = {
    type: "rollout.verdict",
    timestamp: new Date(at).toISOString(),
    data: { ...of, evidence: evidence as unknown as JsonValue },
  };
  await appendNotice(tx, { project, type: "rollout.verdict", body });
}

const keyOf = ({ id }: RolloutRecord, what: "stopped" | "held"): string => `rollout/${id}/${what}`;

async function alertOf(tx: StoreTransaction, ports: VerdictPorts, record: RolloutRecord, verdict: NewVerdict): Promise<void> {
  const { project, flag, environment, variant, id } = record;
  if (verdict.verdict === "hold") return;
  await settleAlert(tx, ports, { project, key: keyOf(record, "held") });
  const place = { project, environment, flag, variant, key: keyOf(record, "stopped") };
  const evidence = verdict.evidence as unknown as JsonValue;
  const cause = verdict.because.map(({ say }) => say).join(" ");
  // Whoever did it knows.
  if (verdict.actor.kind !== "system") return await settleAlert(tx, ports, place);
  if (verdict.verdict === "rollback") {
    const title = `${flag}: ${variant} was rolled back in ${environment}`;
    const action = { kind: "page", label: "See why", path: `/rollouts/${id}` } as const;
    await raiseAlert(tx, ports, { ...place, kind: "rollout-rolled-back", severity: "page", title, cause, evidence, action });
  } else if (verdict.verdict === "pause") {
    const title = `${flag}: the rollout of ${variant} in ${environment} is paused`;
    const action = { kind: "rollout", label: "Resume", rollout: id, act: "resume" } as const;
    await raiseAlert(tx, ports, { ...place, kind: "rollout-paused", severity: "warn", title, cause, evidence, action });
  } else await settleAlert(tx, ports, place);
}

/** Held for longer than its step was to last: nobody waits for it to end by itself for ever. */
async function alertHeld(tx: StoreTransaction, ports: VerdictPorts, record: RolloutRecord, held: VerdictRecord): Promise<void> {
  const { project, flag, environment, variant, id, terms, progress, state } = record;
  const dwellMs = stepsOf(terms.plan, terms.shared).steps[progress.step]?.dwellMs ?? 0;
  if ((state !== "holding" && state !== "awaiting-approval") || held.lastAt - held.at <= dwellMs) return;
  const title = `${flag}: the rollout of ${variant} in ${environment} is held`;
  const cause = held.because.map(({ say }) => say).join(" ");
  const evidence = held.evidence as unknown as JsonValue;
  const action = { kind: "page", label: "See why", path: `/rollouts/${id}` } as const;
  const about = { project, environment, flag, variant, key: keyOf(record, "held") };
  await raiseAlert(tx, ports, { ...about, kind: "rollout-held", severity: "note", title, cause, evidence, action });
}
