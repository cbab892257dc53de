/** Starts a rollout, or says what keeps it from starting and what it would be like. */

import type { Serve } from "@dimmer/evaluation";
import {
  type ChangeResult,
  groupMoves,
  NOBODY_MOVES,
  type PlanOutlook,
  ProblemError,
  ROLLOUT_LIMITS,
  type RolloutRequest,
  sayMoves,
} from "@dimmer/protocol";
import type { z } from "zod";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireEnvironment } from "../environments/environments.ts";
import { requireServe } from "../flags/addresses.ts";
import { announce, type Author, type ChangePorts } from "../flags/apply-change.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { armsOf } from "./arms.ts";
import { stepsOf } from "./decide/steps.ts";
import { findStartIssues } from "./find-start-issues.ts";
import { type BaselineReads, measureBaseline, type MeasuredBaseline } from "./measure-baseline.ts";
import { foreseePlan } from "./plan-outlook.ts";
import { robotOf } from "./robot.ts";
import { sharedOf, shareOf, variantsOfServe } from "./shares.ts";
import { writeShare } from "./write-share.ts";

type Order = z.output<typeof RolloutRequest>;

export interface StartPorts extends ChangePorts {
  readonly telemetry: BaselineReads & Pick<EventStore, "metrics">;
}

export interface Started {
  /** Null for a dry run. */
  readonly record: RolloutRecord | null;
  readonly outlook: PlanOutlook;
}

const DAY_MS = 86_400_000;
const OFFSETS = 100_000;

/**
 * Starts it.
 *
 * Shape:  measures first, then checks and writes in one transaction. Where the environment asks for review, or the first step for approval,
 *         it waits for that as `proposed`. A dry run writes nothing and tells all issues.
 * Errors: `ProblemError`: forbidden, not-found; conflict with an issue each for what keeps it from starting, and where the flag was edited
 *         while it measured; those of `applyChange`, `evals-needed` for one; `telemetry-unavailable`.
 * Source: ADR-0062.
 */
export async function startRollout(ports: StartPorts, author: Author, project: string, order: Order): Promise<Started> {
  const { flag: seen, config, before } = await findAddress(ports.store, project, order);
  const draft = await draftRollout(ports, author, project, order, before);
  const place = { project, environment: order.environment };
  const span = { since: ports.clock() - DAY_MS, until: ports.clock() };
  const variants = await asked(ports.telemetry.metrics(place, { ...span, flag: order.flag, by: "none" }));
  const done = await ports.store.transaction(async (tx) => {
    const flag = await tx.getFlag(project, order.flag);
    if (flag?.environments[order.environment]?.revision !== seen.environments[order.environment]?.revision)
      throw new ProblemError("conflict", "The flag was edited while its metrics were read. Start it again.");
    await requireRightNow(tx, author, "rollout.edit", place, ports.clock());
    const earlier = await tx.listRollouts(project, { limit: EARLIER, flag: order.flag, environment: order.environment });
    const present = shareOf(before, order.variant);
    const facts = { ...order, config, present, variants, measured: draft.measured, earlier, people: order.people ?? null };
    const heldBy = await findExperiment(tx, project, order);
    const issues = [...findStartIssues({ ...facts, heldBy }), ...(await findRoom(tx, project))];
    return await begin(tx, ports, author, order, { ...draft, present, issues });
  });
  if (done.result !== null) announce(ports, project, done.result);
  return { record: done.record, outlook: done.outlook };
}

/** Rollouts of one flag that are looked back at. */
const EARLIER = 50;

/** One that runs on the same split: its people must keep their arms. */
async function findExperiment(store: StoreReader, project: string, { flag, environment, rule }: Order): Promise<string | null> {
  const found = (await store.listExperiments(project)).find(
    (one) => one.state === "running" && one.flag === flag && one.environment === environment && one.body.definition.rule === rule,
  );
  return found === undefined ? null : `Experiment ${found.body.definition.name} (${found.id})`;
}

async function findAddress(store: StoreReader, project: string, { flag: key, environment, rule, variant }: Order) {
  await requireEnvironment(store, project, environment);
  const flag = await store.getFlag(project, key);
  const config = flag?.environments[environment]?.config;
  if (flag === null || flag.archivedAt !== null || config === undefined)
    throw new ProblemError("not-found", `There is no flag ${key} in ${environment} of project ${project}.`);
  if (!Object.hasOwn(flag.variants, variant))
    throw new ProblemError(
      "not-found",
      `Flag ${key} has no variant ${variant}; it has ${Object.keys(flag.variants).join(", ")}.`,
    );
  const before = requireServe(flag, config, rule, "");
  if (variantsOfServe(before).every((name) => name === variant))
    throw new ProblemError("conflict", `${variant} is served to all there already: there is nobody to compare with.`);
  return { flag, config, before };
}

interface Draft {
  readonly record: RolloutRecord;
  readonly measured: MeasuredBaseline;
}

async function draftRollout(ports: StartPorts, author: Author, project: string, order: Order, before: Serve): Promise<Draft> {
  const { flag, environment, rule, variant, plan, people, reason } = order;
  const now = ports.clock();
  const definitions = await ports.store.listMetricDefinitions(project);
  const address = armsOf({ flag, rule, variant, terms: { before } });
  const measured = await asked(
    measureBaseline(ports.telemetry, { project, environment }, { ...address, plan, definitions }, now),
  );
  const record: RolloutRecord = {
    project,
    environment,
    id: drawId("rollout", ports.random),
    sequence: 0,
    flag,
    rule,
    variant,
    state: "proposed",
    revision: 0,
    fence: 0,
    terms: {
      plan,
      before,
      shared: sharedOf(before),
      baseline: measured.baseline,
      people: people ?? null,
      reason: reason ?? null,
      startedBy: author.actor,
    },
    progress: {
      step: -1,
      steps: [],
      percent: shareOf(before, variant),
      expected: "",
      observedUntil: now,
      tickedAt: now,
      dweltMs: 0,
      countedUntil: now,
      isExtended: false,
      approved: [],
      overruled: {},
    },
    createdAt: now,
    endedAt: null,
  };
  return { record, measured };
}

async function findRoom(tx: StoreTransaction, project: string): Promise<PlanOutlook["issues"]> {
  if ((await tx.countActiveRollouts(project)) < ROLLOUT_LIMITS.active) return [];
  const message = `The project has ${ROLLOUT_LIMITS.active} rollouts that have not ended.`;
  return [{ path: "", code: "too-many", message, mend: "End one first.", severity: "error" }];
}

interface Begin extends Draft {
  readonly present: number;
  readonly issues: PlanOutlook["issues"];
}

interface Begun extends Started {
  readonly result: ChangeResult | null;
}

async function begin(tx: StoreTransaction, ports: StartPorts, author: Author, order: Order, draft: Begin): Promise<Begun> {
  const { plan } = order;
  const { record, measured, present } = draft;
  const { shared } = record.terms;
  const dry = foreseePlan({ plan, shared, measured, present, moves: [], issues: draft.issues });
  const errors = dry.issues.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined && order.dryRun !== true)
    throw new ProblemError("conflict", `${first.message} ${first.mend}`, { issues: [...dry.issues] });
  if (first !== undefined) return { record: null, outlook: dry, result: null };
  const isProposed = (await approvalsNeeded(tx, record)) > 0;
  const begun = await beginFirstStep(tx, ports, record, { isDry: order.dryRun === true || isProposed });
  const outlook = { ...dry, moves: sayAll(begun.result) };
  if (order.dryRun === true) return { record: null, outlook, result: null };
  const sequence = (await tx.lastRolloutSequence(record.project)) + 1;
  const kept: RolloutRecord = { ...(isProposed ? record : begun.record), sequence };
  await tx.addRollout(kept);
  await auditStart(tx, ports, author, kept);
  return { record: kept, outlook, result: isProposed ? null : begun.result };
}

/** Who approves the start: as many as the environment asks for, and one where the first step does. */
export async function approvalsNeeded(store: StoreReader, { project, environment, terms }: RolloutRecord): Promise<number> {
  const asked = (await store.getEnvironment(project, environment))?.requireReview ?? 0;
  return Math.max(asked, terms.plan.steps[0]?.approval === true ? 1 : 0);
}

/**
 * Gives the variant the share of the first step.
 *
 * Shape:  the row as it is then; a dry run says what would move, and writes nothing.
 * Errors: those of `applyChange`.
 */
export async function beginFirstStep(
  tx: StoreTransaction,
  ports: ChangePorts,
  record: RolloutRecord,
  { isDry }: { readonly isDry: boolean },
): Promise<{ readonly record: RolloutRecord; readonly result: ChangeResult }> {
  const { plan, shared, reason, people } = record.terms;
  const first = stepsOf(plan, shared).steps[0];
  const percent = first?.percent ?? shared;
  const now = ports.clock();
  const offset = people === "fresh" ? drawOffset(ports.random) : null;
  const order = { author: robotOf(record), reason: reason ?? `The rollout of ${record.variant} begins.`, percent, offset, isDry };
  const written = await writeShare(tx, ports, record, order);
  const progress = {
    ...record.progress,
    step: 0,
    steps: [{ percent, startedAt: now, endedAt: null, dweltMs: 0 }],
    percent,
    expected: written.expected,
    observedUntil: now,
    tickedAt: now,
    countedUntil: now,
  };
  return { record: { ...record, state: "running", fence: written.fence, progress }, result: written.result };
}

function drawOffset(random: (bytes: number) => Uint8Array): number {
  const bytes = random(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) % OFFSETS;
}

const sayAll = ({ moves }: ChangeResult): readonly string[] =>
  moves.length === 0
    ? [NOBODY_MOVES]
    : groupMoves(moves).map(({ percent, moves: each }) => `${sayMoves(`${percent} % of users`, each)}.`);

async function auditStart(tx: StoreTransaction, ports: ChangePorts, { actor }: Author, record: RolloutRecord): Promise<void> {
  const { id: rollout, project, environment, flag, rule, variant, state, terms } = record;
  const details = {
    rollout,
    environment,
    flag,
    rule,
    variant,
    state,
    plan: JSON.parse(JSON.stringify(terms.plan)),
    reason: terms.reason,
  };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action: "rollout.start", actor, details }, ports);
}

/** Errors: `ProblemError("telemetry-unavailable")` for whatever keeps the telemetry store from answering. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((cause: unknown) => {
    throw new ProblemError("telemetry-unavailable", "The metrics that the rollout needs cannot be read right now. Try again.", {
      cause,
    });
  });
}
