/** What a project knows of when models retire; each edit with its row in the audit. */

import { type ModelAddress, type ModelRetirement, ProblemError, RETIREMENT_LIMITS } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import type { ModelRetirementRecord } from "../storage/model-retirement-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";

/** By provider and model. Errors: not-found for a project that is not there. */
export async function listRetirements(store: StoreReader, project: string): Promise<readonly ModelRetirement[]> {
  await requireProject(store, project);
  return (await store.listModelRetirements(project)).map(viewRetirement);
}

/**
 * Writes down when a model retires, in place of what was written of it.
 *
 * Errors: `ProblemError`: forbidden, not-found for a project that is not there, conflict beyond the bound.
 * Source: ADR-0063.
 */
export async function setRetirement(
  ports: AccessPorts,
  author: Author,
  project: string,
  retirement: ModelRetirement,
): Promise<ModelRetirement> {
  return await edit(ports, author, project, "model-retirement.set", async (tx) => {
    const others = (await tx.listModelRetirements(project)).filter((one) => !isOf(one, retirement));
    if (others.length >= RETIREMENT_LIMITS.retirements)
      throw new ProblemError(
        "conflict",
        `The project knows of ${RETIREMENT_LIMITS.retirements} models that retire. Remove one first.`,
      );
    await tx.putModelRetirement({ project, ...retirement });
    return retirement;
  });
}

/** Errors: those of `setRetirement`; not-found for one that is not there. */
export async function removeRetirement(
  ports: AccessPorts,
  author: Author,
  project: string,
  { provider, model }: ModelAddress,
): Promise<ModelRetirement> {
  return await edit(ports, author, project, "model-retirement.remove", async (tx) => {
    const found = (await tx.listModelRetirements(project)).find((one) => isOf(one, { provider, model }));
    if (found === undefined)
      throw new ProblemError("not-found", `Nothing is written down of when ${model} of ${provider} retires.`);
    await tx.removeModelRetirement(project, provider, model);
    return viewRetirement(found);
  });
}

async function edit(
  ports: AccessPorts,
  author: Author,
  project: string,
  action: string,
  work: (tx: StoreTransaction) => Promise<ModelRetirement>,
): Promise<ModelRetirement> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireProject(tx, project);
    await requireRightNow(tx, author, "alert.edit", { project, environment: null }, at);
    const done = await work(tx);
    await appendAudit(tx, { chain: projectChain(project), at, action, actor: author.actor, details: { ...done } }, ports);
    return done;
  });
}

const isOf = (one: ModelRetirementRecord, { provider, model }: ModelAddress): boolean =>
  one.provider === provider && one.model === model;

const viewRetirement = ({ provider, model, retiresOn }: ModelRetirementRecord): ModelRetirement => ({
  provider,
  model,
  retiresOn,
});
