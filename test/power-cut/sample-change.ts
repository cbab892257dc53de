/** The changes that the writer makes: each is known from its sequence alone, so that what survived can be compared. */

import type { AuditPorts } from "../../apps/server/src/audit/append-audit.ts";
import { appendAudit, projectChain } from "../../apps/server/src/audit/append-audit.ts";
import type { ChangeRecord, Store } from "../../apps/server/src/storage/store.ts";

export const PROJECT = "shop";
export const ENVIRONMENT = "production";
export const CHAIN = projectChain(PROJECT);
export const ports: AuditPorts = {
  random: (bytes) => new Uint8Array(bytes).fill(0x5a),
  auditKey: new Uint8Array(32).fill(9),
};

export function sampleChange(sequence: number): ChangeRecord {
  return {
    project: PROJECT,
    id: `change-${sequence}`,
    sequence,
    at: sequence,
    actor: { kind: "system", id: "writer", name: "Writer" },
    reason: "x".repeat((sequence * 37) % 3_000),
    source: "system",
    operations: [{ kind: "kill", flag: `flag-${sequence % 50}`, environment: ENVIRONMENT }],
    inverse: [{ kind: "restore", flag: `flag-${sequence % 50}`, environment: ENVIRONMENT }],
    effects: [
      { resource: `flags/flag-${sequence % 50}/environments/${ENVIRONMENT}`, path: "/enabled", before: true, after: false },
    ],
    versions: { [ENVIRONMENT]: sequence },
    summary: ["killed it"],
    undoes: null,
    undoneBy: null,
  };
}

/** The project and environment, where they are not there yet. */
export async function prepare(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    if ((await tx.getEnvironment(PROJECT, ENVIRONMENT)) !== null) return;
    await tx.putProject({ key: PROJECT, name: "Shop", createdAt: 1 });
    await tx.putEnvironment({
      project: PROJECT,
      key: ENVIRONMENT,
      name: "P",
      requireReview: 0,
      requireEvals: [],
      production: true,
      epoch: "e",
      version: 0,
      createdAt: 1,
    });
  });
}

/** As a real change does: the change, the environment's version and the audit row in one transaction. Gives its sequence. */
export async function commitNext(store: Store): Promise<number> {
  return await store.transaction(async (tx) => {
    const sequence = (await tx.lastChangeSequence(PROJECT)) + 1;
    const environment = await tx.getEnvironment(PROJECT, ENVIRONMENT);
    if (environment === null) throw new Error("the environment is gone");
    const change = sampleChange(sequence);
    await tx.putChange(change);
    await tx.putEnvironment({ ...environment, version: sequence });
    const entry = { chain: CHAIN, at: sequence, action: "change.apply", actor: change.actor, details: { change: change.id } };
    await appendAudit(tx, entry, ports);
    return sequence;
  });
}
