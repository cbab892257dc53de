/** Metric definitions: made, replaced and removed, each with its row in the audit. */

import {
  METRIC_DEFINITION_LIMITS,
  type MetricDefinition,
  type MetricDefinitionView,
  MetricName,
  ProblemError,
} from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import type { MetricDefinitionRecord } from "../storage/metric-definition-record.ts";

export interface DefinitionOrder {
  readonly project: string;
  readonly name: string;
  readonly definition: MetricDefinition;
}

/**
 * Makes a definition, or puts it in the place of the one of that name. Metrics are reckoned when they are asked for, so it holds for what
 * was told before, too.
 *
 * Shape:  one transaction with its audit row, which holds both.
 * Errors: `ProblemError`: invalid-request for a bad name, forbidden, not-found, conflict where the project has as many as it may.
 * Source: ADR-0051.
 */
export async function defineMetric(
  ports: AccessPorts,
  author: Author,
  { project, name, definition }: DefinitionOrder,
): Promise<MetricDefinitionRecord> {
  requireMetricName(name);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "project.edit", { project, environment: null }, at);
    await requireProject(tx, project);
    const before = await tx.getMetricDefinition(project, name);
    const most = METRIC_DEFINITION_LIMITS.definitions;
    if (before === null && (await tx.listMetricDefinitions(project)).length >= most)
      throw new ProblemError("conflict", `A project may define ${most} metrics. Remove one that nobody looks at.`);
    const record = { project, name, definition, createdAt: before?.createdAt ?? at, updatedAt: at };
    await tx.putMetricDefinition(record);
    const details = { metric: name, before: before?.definition ?? null, after: definition };
    const entry = { chain: projectChain(project), at, action: "metric.define", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return record;
  });
}

/**
 * Shape:  what it was. Its events stay, and are shown as those without a definition are.
 * Errors: `ProblemError`: forbidden, not-found.
 */
export async function removeMetricDefinition(
  ports: AccessPorts,
  author: Author,
  { project, name }: Pick<DefinitionOrder, "project" | "name">,
): Promise<MetricDefinitionRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "project.edit", { project, environment: null }, at);
    const record = await tx.getMetricDefinition(project, name);
    if (record === null) throw new ProblemError("not-found", `There is no metric definition ${name} in project ${project}.`);
    await tx.removeMetricDefinition(project, name);
    const details = { metric: name, before: record.definition };
    const entry = { chain: projectChain(project), at, action: "metric.remove", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return record;
  });
}

function requireMetricName(name: string): void {
  const read = MetricName.safeParse(name);
  if (!read.success) throw new ProblemError("invalid-request", read.error.issues[0]?.message ?? "This is no name of a metric.");
}

export function definitionView({ name, definition, createdAt, updatedAt }: MetricDefinitionRecord): MetricDefinitionView {
  return { name, ...definition, createdAt: textOf(createdAt), updatedAt: textOf(updatedAt) };
}

const textOf = (at: number): string => new Date(at).toISOString();
