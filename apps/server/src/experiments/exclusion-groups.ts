/** Who shares people with whom: exclusion groups, whose experiments have people of their own, and holdouts, who are in none. */

import {
  type EndedHoldout,
  type ExclusionGroupRequest,
  type ExclusionGroupView,
  EXPERIMENT_LIMITS,
  type HoldoutRequest,
  type HoldoutView,
  type Operation,
  ProblemError,
} from "@dimmer/protocol";
import { SLOTS, toPercent, toSlots } from "@dimmer/evaluation";
import type { z } from "zod";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireEnvironment } from "../environments/environments.ts";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import { blockOf } from "../flags/project-state.ts";
import type { ExclusionGroupRecord, ExperimentRecord, HoldoutRecord } from "../storage/experiment-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { ExperimentPorts } from "./experiments.ts";
import { holdoutPrefix } from "./plan-start.ts";

/** Errors: `ProblemError`: forbidden, not-found; already-exists for the name; conflict beyond the bound. */
export async function createGroup(
  ports: ExperimentPorts,
  author: Author,
  project: string,
  { name, environment }: z.output<typeof ExclusionGroupRequest>,
): Promise<ExclusionGroupRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireMayEdit(tx, ports, author, { project, environment });
    requireRoom(await tx.listExclusionGroups(project), { name, environment, most: EXPERIMENT_LIMITS.groups });
    const id = drawId("group", ports.random);
    const record = { project, environment, id, name, salt: id, createdAt: ports.clock() };
    await tx.putExclusionGroup(record);
    await audit(tx, ports, author, "exclusion-group.create", record);
    return record;
  });
}

/** Errors: `ProblemError`: forbidden, not-found; conflict while an experiment has people of it. */
export async function removeGroup(
  ports: ExperimentPorts,
  author: Author,
  { project, group: id }: { readonly project: string; readonly group: string },
): Promise<ExclusionGroupView> {
  return await ports.store.transaction(async (tx) => {
    const record = (await tx.listExclusionGroups(project)).find((group) => group.id === id);
    if (record === undefined) throw new ProblemError("not-found", `There is no exclusion group ${id} in project ${project}.`);
    await requireMayEdit(tx, ports, author, record);
    const view = viewGroup(record, await tx.listExperiments(project));
    const holder = view.reserved[0];
    if (holder !== undefined)
      throw new ProblemError("conflict", `${holder.name} has ${holder.percent} % of the group. End and ship it first.`);
    await tx.removeExclusionGroup(id);
    await audit(tx, ports, author, "exclusion-group.remove", record);
    return view;
  });
}

/** Experiments that have slots under a salt: until one is shipped its rule stands. */
export const holdersOf = (experiments: readonly ExperimentRecord[], salt: string): readonly ExperimentRecord[] =>
  experiments.filter(({ state, body }) => state !== "shipped" && body.reserved?.salt === salt);

export function viewGroup(
  { id, name, environment, salt, createdAt }: ExclusionGroupRecord,
  experiments: readonly ExperimentRecord[],
): ExclusionGroupView {
  const reserved = holdersOf(experiments, salt).map(({ id: experiment, body: { definition, reserved: slots } }) => ({
    experiment,
    name: definition.name,
    percent: slots === null ? 0 : toPercent(slots.to - slots.from),
  }));
  const taken = reserved.reduce((sum, { percent }) => sum + toSlots(percent), 0);
  return { id, name, environment, reserved, free: toPercent(SLOTS - taken), createdAt: new Date(createdAt).toISOString() };
}

/** Errors: as `createGroup`. */
export async function createHoldout(
  ports: ExperimentPorts,
  author: Author,
  project: string,
  { name, environment, percent }: z.output<typeof HoldoutRequest>,
): Promise<HoldoutRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireMayEdit(tx, ports, author, { project, environment });
    requireRoom(await tx.listHoldouts(project), { name, environment, most: EXPERIMENT_LIMITS.holdouts });
    const id = drawId("holdout", ports.random);
    const record = { project, environment, id, name, salt: id, slots: toSlots(percent), createdAt: ports.clock() };
    await tx.putHoldout(record);
    await audit(tx, ports, author, "holdout.create", record);
    return record;
  });
}

/**
 * Ends a holdout: its people get what everybody gets.
 *
 * Shape:  its rules go in one change of the author's; where that takes review, it is kept as a request and the holdout stands.
 * Errors: `ProblemError`: forbidden, not-found, and those of `applyChange`.
 */
export async function endHoldout(
  ports: ChangePorts,
  author: Author,
  { project, holdout: id }: { readonly project: string; readonly holdout: string },
): Promise<EndedHoldout> {
  const { result, ...ended } = await ports.store.transaction(async (tx) => {
    const record = (await tx.listHoldouts(project)).find((holdout) => holdout.id === id);
    if (record === undefined) throw new ProblemError("not-found", `There is no holdout ${id} in project ${project}.`);
    await requireMayEdit(tx, ports, author, record);
    const holdout = await viewHoldout(tx, record);
    const operations = holdout.rules.map(({ flag, rule }): Operation => ({
      kind: "remove-rule",
      flag,
      environment: record.environment,
      rule,
    }));
    const order = { project, operations, reason: `Holdout ${record.name} ended.`, source: "experiment" };
    const change = operations.length === 0 ? null : await carryOut(tx, ports, author, order);
    const isEnded = change?.status !== "pending";
    if (isEnded) {
      await tx.removeHoldout(id);
      await audit(tx, ports, author, "holdout.end", record);
    }
    return { holdout, isEnded, request: change?.request ?? null, result: change };
  });
  if (result !== null) announce(ports, project, result);
  return ended;
}

export async function viewHoldout(store: StoreReader, record: HoldoutRecord): Promise<HoldoutView> {
  const { project, environment, id, name, slots, createdAt } = record;
  const prefix = holdoutPrefix(record);
  const rules = (await store.listFlags(project, { archived: false })).flatMap((flag) =>
    (blockOf(flag, environment)?.config.rules ?? []).flatMap(({ id: rule }) =>
      rule.startsWith(prefix) ? [{ flag: flag.key, rule }] : [],
    ),
  );
  return { id, name, environment, percent: toPercent(slots), rules, createdAt: new Date(createdAt).toISOString() };
}

interface GroupPlace {
  readonly project: string;
  readonly environment: string;
}

async function requireMayEdit(tx: StoreTransaction, ports: ExperimentPorts, author: Author, place: GroupPlace): Promise<void> {
  await requireEnvironment(tx, place.project, place.environment);
  await requireRightNow(tx, author, "experiment.edit", place, ports.clock());
}

function requireRoom(
  others: readonly ExclusionGroupRecord[],
  { name, environment, most }: { readonly name: string; readonly environment: string; readonly most: number },
): void {
  if (others.some((other) => other.name === name && other.environment === environment))
    throw new ProblemError("already-exists", `There is one called ${name} in ${environment} already.`);
  if (others.length >= most) throw new ProblemError("conflict", `A project has ${most} of them at most. Remove one first.`);
}

async function audit(
  tx: StoreTransaction,
  ports: ExperimentPorts,
  { actor }: Author,
  action: string,
  { project, ...details }: ExclusionGroupRecord | HoldoutRecord,
): Promise<void> {
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details: { ...details } }, ports);
}
