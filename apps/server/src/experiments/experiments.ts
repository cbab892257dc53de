/** Experiments of a project: drafted, edited, shown, and taken out of sight, each with its row in the audit. */

import {
  EXPERIMENT_LIMITS,
  type ExperimentDefinition,
  type ExperimentView,
  type ExperimentState,
  ProblemError,
} from "@dimmer/protocol";
import type { JsonValue } from "@dimmer/evaluation";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireEnvironment } from "../environments/environments.ts";
import type { Author, ChangePorts } from "../flags/apply-change.ts";
import { serveAt } from "../flags/addresses.ts";
import { blockOf } from "../flags/project-state.ts";
import type { ExperimentBody, ExperimentRecord } from "../storage/experiment-record.ts";
import type { FlagRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { freezeMetrics } from "./metrics.ts";

export type ExperimentPorts = Omit<ChangePorts, "committed">;

/**
 * Keeps a draft: nothing is served otherwise yet.
 *
 * Errors: `ProblemError`: forbidden; not-found for the environment, the flag, a variant or the rule; invalid-request for a metric that the
 *         project does not define; conflict beyond the bound.
 * Source: ADR-0065.
 */
export async function createExperiment(
  ports: ExperimentPorts,
  author: Author,
  project: string,
  definition: ExperimentDefinition,
): Promise<ExperimentRecord> {
  return await ports.store.transaction(async (tx) => {
    const { environment } = definition;
    await requireRightNow(tx, author, "experiment.edit", { project, environment }, ports.clock());
    await requireSensible(tx, project, definition);
    if ((await tx.listExperiments(project)).length >= EXPERIMENT_LIMITS.experiments)
      throw new ProblemError(
        "conflict",
        `A project keeps ${EXPERIMENT_LIMITS.experiments} experiments. Remove drafts that nobody needs.`,
      );
    const record: ExperimentRecord = {
      project,
      environment,
      id: drawId("experiment", ports.random),
      flag: definition.flag,
      state: "draft",
      revision: 1,
      createdAt: ports.clock(),
      body: { ...EMPTY, definition, createdBy: author.actor },
    };
    await tx.putExperiment(record);
    await auditExperiment(tx, ports, author, "experiment.create", record, { definition: definition as unknown as JsonValue });
    return record;
  });
}

const EMPTY = {
  reserved: null,
  started: null,
  ended: null,
  shipped: null,
  paused: null,
  latest: null,
  isArchived: false,
} as const;

/** Errors: as `createExperiment`; conflict once it has started; revision-mismatch where somebody else was faster. */
export async function editExperiment(
  ports: ExperimentPorts,
  author: Author,
  place: ExperimentPlace,
  { experiment: definition, revision }: { readonly experiment: ExperimentDefinition; readonly revision?: number | undefined },
): Promise<ExperimentRecord> {
  return await ports.store.transaction(async (tx) => {
    const record = await claimExperiment(tx, ports, author, place, { states: ["draft"], revision });
    const { environment, flag } = definition;
    await requireRightNow(tx, author, "experiment.edit", { project: place.project, environment }, ports.clock());
    await requireSensible(tx, place.project, definition);
    const before = record.body.definition as unknown as JsonValue;
    const edited = await putNext(tx, { ...record, environment, flag, body: { ...record.body, definition, reserved: null } });
    await auditExperiment(tx, ports, author, "experiment.edit", edited, { before, after: definition as unknown as JsonValue });
    return edited;
  });
}

/** A draft is gone; what has ended stays with its results, out of the lists. Errors: forbidden, not-found, conflict while it runs. */
export async function removeExperiment(
  ports: ExperimentPorts,
  author: Author,
  place: ExperimentPlace,
): Promise<ExperimentRecord> {
  return await ports.store.transaction(async (tx) => {
    const record = await claimExperiment(tx, ports, author, place, { states: ["draft", "ended", "shipped"] });
    const isDraft = record.state === "draft";
    if (isDraft) await tx.removeExperiment(record.id);
    const after = isDraft ? record : await putNext(tx, { ...record, body: { ...record.body, isArchived: true } });
    await auditExperiment(tx, ports, author, isDraft ? "experiment.remove" : "experiment.archive", after);
    return after;
  });
}

export interface ExperimentPlace {
  readonly project: string;
  readonly experiment: string;
}

export async function requireExperiment(store: StoreReader, { project, experiment }: ExperimentPlace): Promise<ExperimentRecord> {
  const record = await store.getExperiment(project, experiment);
  if (record === null) throw new ProblemError("not-found", `There is no experiment ${experiment} in project ${project}.`);
  return record;
}

/** The record for whoever may edit it, in a state in which that makes sense, as they have seen it. */
export async function claimExperiment(
  tx: StoreTransaction,
  ports: ExperimentPorts,
  author: Author,
  place: ExperimentPlace,
  { states, revision }: { readonly states: readonly ExperimentState[]; readonly revision?: number | undefined },
): Promise<ExperimentRecord> {
  const record = await requireExperiment(tx, place);
  const { project, environment } = record;
  await requireRightNow(tx, author, "experiment.edit", { project, environment }, ports.clock());
  if (revision !== undefined && revision !== record.revision)
    throw new ProblemError("revision-mismatch", `Experiment ${record.id} is at revision ${record.revision} by now. Look again.`);
  if (!states.includes(record.state)) throw new ProblemError("conflict", WRONG_STATE[record.state](record.id));
  return record;
}

const WRONG_STATE: Readonly<Record<ExperimentState, (id: string) => string>> = {
  draft: (id) => `Experiment ${id} has not started. Start it first.`,
  running: (id) => `Experiment ${id} runs, and its plan is frozen. End it first.`,
  ended: (id) => `Experiment ${id} has ended. Make another one.`,
  shipped: (id) => `Experiment ${id} was shipped. Make another one.`,
};

export async function putNext(tx: StoreTransaction, record: ExperimentRecord): Promise<ExperimentRecord> {
  const next = { ...record, revision: record.revision + 1 };
  await tx.putExperiment(next);
  return next;
}

/** What must be there for it to make sense at all; what the split is like then is looked at by the start. */
async function requireSensible(tx: StoreTransaction, project: string, definition: ExperimentDefinition): Promise<void> {
  const { environment, flag: key, rule, baseline, arms = {}, group } = definition;
  await requireEnvironment(tx, project, environment);
  const flag = await requireLive(tx, project, key);
  const config = blockOf(flag, environment)?.config;
  if (config === undefined)
    throw new ProblemError("not-found", `Flag ${key} is not configured in ${environment}. Configure it first.`);
  if (serveAt(config, rule) === undefined)
    throw new ProblemError(
      "not-found",
      `Flag ${key} has no rule ${rule} in ${environment}; it has ${["default", ...(config.rules ?? []).map(({ id }) => id)].join(", ")}.`,
    );
  const missing = [baseline, ...Object.keys(arms)].find((variant) => !Object.hasOwn(flag.variants, variant));
  if (missing !== undefined)
    throw new ProblemError(
      "not-found",
      `Flag ${key} has no variant ${missing}; it has ${Object.keys(flag.variants).join(", ")}.`,
    );
  if (
    group !== null &&
    !(await tx.listExclusionGroups(project)).some(({ id, environment: of }) => id === group && of === environment)
  )
    throw new ProblemError("not-found", `There is no exclusion group ${group} in ${environment}. Make it first.`);
  freezeMetrics(definition, await definitionsOf(tx, project));
}

export async function requireLive(store: StoreReader, project: string, key: string): Promise<FlagRecord> {
  const flag = await store.getFlag(project, key);
  if (flag === null || flag.archivedAt !== null)
    throw new ProblemError("not-found", `There is no flag ${key} in project ${project}.`);
  return flag;
}

export const definitionsOf = async (store: StoreReader, project: string) =>
  (await store.listMetricDefinitions(project)).map(({ name, definition }) => ({ ...definition, name }));

export async function auditExperiment(
  tx: StoreTransaction,
  ports: ExperimentPorts,
  { actor }: Pick<Author, "actor">,
  action: string,
  { project, environment, id, flag }: ExperimentRecord,
  more: Readonly<Record<string, JsonValue>> = {},
): Promise<void> {
  const details = { experiment: id, environment, flag, ...more };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}

export function viewExperiment({ body, ...record }: ExperimentRecord): ExperimentView {
  const { definition, started, ended, shipped, latest } = body;
  const { name, hypothesis, rule, baseline, primary, guardrails, secondary, plan, group, share, bandit } = definition;
  return {
    id: record.id,
    name,
    hypothesis,
    flag: record.flag,
    environment: record.environment,
    rule,
    address: started?.address ?? null,
    state: record.state,
    isArchived: body.isArchived,
    arms: Object.entries(started?.arms ?? definition.arms ?? {}).map(([variant, percent]) => ({ variant, percent })),
    baseline,
    primary,
    guardrails,
    secondary,
    plan,
    group,
    share,
    bandit,
    outlook: started === null ? null : { people: started.people, days: started.days },
    startedAt: textOrNull(started?.at),
    endsAt: textOrNull(endsAt(body)),
    endedAt: textOrNull(ended?.at),
    end: ended?.why ?? null,
    shipped: shipped === null ? null : { ...shipped, at: textOf(shipped.at) },
    paused: body.paused,
    latest: latest === null ? null : { ...latest, at: textOf(latest.at) },
    createdBy: body.createdBy,
    createdAt: textOf(record.createdAt),
    revision: record.revision,
  };
}

/** When its plan ends it; undefined before the start. */
export const endsAt = ({ started, definition }: ExperimentBody): number | undefined =>
  started === null ? undefined : started.at + definition.plan.maxDays * DAY_MS;

const textOf = (at: number): string => new Date(at).toISOString();
const textOrNull = (at: number | undefined): string | null => (at === undefined ? null : textOf(at));
