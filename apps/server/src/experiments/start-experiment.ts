/** Starts an experiment: its plan is frozen, and its people get their arms. */

import { type ChangeResult, EXPERIMENT_LIMITS, type ExperimentAct, type ExperimentOutlook, ProblemError } from "@dimmer/protocol";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import { blockOf } from "../flags/project-state.ts";
import type { ExperimentBody, ExperimentRecord } from "../storage/experiment-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { SOURCE } from "./ask-people.ts";
import { holdersOf } from "./exclusion-groups.ts";
import { auditExperiment, claimExperiment, definitionsOf, type ExperimentPlace, putNext, requireLive } from "./experiments.ts";
import { freezeMetrics } from "./metrics.ts";
import { planStart, reserveSlots, type StartPlan } from "./plan-start.ts";

export interface MadeStep {
  readonly record: ExperimentRecord;
  /** Null where nothing had to change. */
  readonly change: ChangeResult | null;
}

/**
 * Shape:  what it changes, the start and the audit row are one transaction, in the right of whoever starts it. Where the change takes review
 *         the draft keeps its slots and waits: once that is applied, starting again has nothing to change.
 * Errors: `ProblemError`: forbidden, not-found, revision-mismatch; conflict for one that has started, for a rule that another one runs on,
 *         beyond the bound, and as `planStart`; those of `applyChange`.
 * Source: ADR-0065.
 */
export async function startExperiment(
  ports: ChangePorts,
  author: Author,
  place: ExperimentPlace,
  { reason, revision }: ExperimentAct,
  outlook: Pick<ExperimentOutlook, "people" | "days">,
): Promise<MadeStep> {
  const made = await ports.store.transaction(async (tx) => {
    const record = await claimExperiment(tx, ports, author, place, { states: ["draft"], revision });
    await requireFree(tx, record);
    const { project, environment, id, body } = record;
    const reserved = body.reserved ?? (await reserve(tx, record));
    await requireUnreviewed(tx, record);
    const config = blockOf(await requireLive(tx, project, record.flag), environment)?.config;
    if (config === undefined) throw new ProblemError("conflict", `Flag ${record.flag} is not in ${environment} any more.`);
    const holdouts = (await tx.listHoldouts(project)).filter((holdout) => holdout.environment === environment);
    const plan = planStart({ id, definition: body.definition, reserved, holdouts, config });
    const why = reason ?? `Experiment: ${body.definition.name}. ${body.definition.hypothesis}`;
    const order = { project, operations: plan.operations, reason: why, source: SOURCE };
    const change = plan.operations.length === 0 ? null : await carryOut(tx, ports, author, order);
    const isPending = change?.status === "pending";
    const after = await putNext(tx, {
      ...record,
      state: isPending ? "draft" : "running",
      body: { ...body, reserved, started: isPending ? null : await freeze(tx, ports, author, record, plan, outlook) },
    });
    await auditExperiment(tx, ports, author, isPending ? "experiment.propose" : "experiment.start", after, {
      arms: plan.arms,
      address: plan.address,
      change: change?.change?.id ?? null,
      request: change?.request ?? null,
    });
    if (!isPending && body.definition.bandit !== null)
      await tx.putBanditPeriod(id, { from: new Date(ports.clock()).toISOString(), percent: plan.arms });
    return { record: after, change };
  });
  if (made.change !== null) announce(ports, place.project, made.change);
  return made;
}

async function freeze(
  tx: StoreTransaction,
  { clock }: ChangePorts,
  { actor }: Author,
  { project, body }: ExperimentRecord,
  { address, arms }: StartPlan,
  { people, days }: Pick<ExperimentOutlook, "people" | "days">,
): Promise<ExperimentBody["started"]> {
  const metrics = freezeMetrics(body.definition, await definitionsOf(tx, project));
  return { at: clock(), by: actor, address, arms, people, days, metrics };
}

/** A bandit edits by the hour, and nobody reviews by the hour. */
async function requireUnreviewed(tx: StoreTransaction, { project, environment, body }: ExperimentRecord): Promise<void> {
  if (body.definition.bandit === null) return;
  const place = (await tx.listEnvironments(project)).find(({ key }) => key === environment);
  if ((place?.requireReview ?? 0) > 0)
    throw new ProblemError(
      "conflict",
      `${environment} takes review of every edit, and a bandit edits by the hour. Start it without \`bandit\`.`,
    );
}

/** Nobody is in two experiments of one rule, unless each has people of its own. */
async function requireFree(tx: StoreTransaction, { id, project, environment, flag, body }: ExperimentRecord): Promise<void> {
  const running = (await tx.listExperiments(project)).filter(({ state }) => state === "running");
  if (running.length >= EXPERIMENT_LIMITS.running)
    throw new ProblemError("conflict", `${EXPERIMENT_LIMITS.running} experiments run in ${project}. End one first.`);
  const other = running.find(
    (one) =>
      one.id !== id &&
      one.environment === environment &&
      one.flag === flag &&
      one.body.definition.rule === body.definition.rule &&
      (one.body.definition.group === null || one.body.definition.group !== body.definition.group),
  );
  if (other !== undefined)
    throw new ProblemError(
      "conflict",
      `${other.body.definition.name} (${other.id}) runs on the same people. End it first, or put both into one exclusion group.`,
    );
  const rollout = (await tx.listActiveRollouts()).find(
    (one) => one.project === project && one.environment === environment && one.flag === flag && one.rule === body.definition.rule,
  );
  if (rollout !== undefined)
    throw new ProblemError("conflict", `Rollout ${rollout.id} turns the same split. Wait for it, or abort it first.`);
}

async function reserve(
  tx: StoreTransaction,
  { id, project, body: { definition } }: ExperimentRecord,
): Promise<ExperimentBody["reserved"]> {
  const { group, share } = definition;
  if (group === null) return share === null ? null : { salt: id, ...reserveSlots([], share) };
  const found = (await tx.listExclusionGroups(project)).find((one) => one.id === group);
  if (found === undefined) throw new ProblemError("not-found", `There is no exclusion group ${group}. Make it first.`);
  const taken = holdersOf(await tx.listExperiments(project), found.salt).flatMap(({ body }) => body.reserved ?? []);
  return { salt: found.salt, ...reserveSlots(taken, share) };
}
