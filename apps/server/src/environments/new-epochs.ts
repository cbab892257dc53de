/** New epochs after a backup was put back, so that no SDK takes what it holds for newer than what the server has. */

import type { Actor, SnapshotVersion } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { drawEpoch } from "../access/draw-id.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { readMark, writeMark } from "../storage/data-mark.ts";
import type { EnvironmentRecord, StoreTransaction } from "../storage/store.ts";

/**
 * What showed that the store was put back: the operator said so, the mark of the data directory is not the one that the store
 * remembers, or a reader holds a later version than there is.
 */
export type Evidence = "operator" | "put-back" | "reader-ahead";

const SERVER: Actor = { kind: "system", id: "server", name: "Server" };

export interface StartEvidence {
  /** Undefined for a store in memory. */
  readonly dataDir: string | undefined;
  /** This start made the installation. */
  readonly isNew: boolean;
  /** `--restored`. */
  readonly isSaid: boolean;
}

/**
 * At a start, before anything is served: draws new epochs for every environment where the store was put back, and marks the data
 * directory anew.
 *
 * Shape:  the evidence; undefined where the store is the one that was last served from here. A start that is cut off between the
 *         mark and the store draws once too often, which costs every SDK one fetch; never once too few.
 * Errors: Node's own where the mark cannot be written, and the store's.
 * Source: ADR-0005; reliability I5, I17.
 */
export async function settleRestored(ports: AccessPorts, about: StartEvidence): Promise<Evidence | undefined> {
  const { dataDir, isNew, isSaid } = about;
  const found = dataDir === undefined ? undefined : await readMark(dataDir);
  const remembered = (await ports.store.installation())?.mark;
  const isOther = dataDir !== undefined && !isNew && found !== remembered;
  const evidence = isSaid ? "operator" : isOther ? "put-back" : undefined;
  const mark = dataDir === undefined ? undefined : await writeMark(dataDir);
  await ports.store.transaction(async (tx) => {
    if (evidence !== undefined) await drawEpochs(tx, ports, evidence);
    if (mark !== undefined) await rememberMark(tx, mark);
  });
  return evidence;
}

/**
 * At a clean stop: a backup that was taken while the server ran fits no more.
 *
 * Errors: Node's own, and the store's; what is not marked costs one needless epoch at the next start.
 */
export async function markServed({ store }: AccessPorts, dataDir: string): Promise<void> {
  const mark = await writeMark(dataDir);
  await store.transaction((tx) => rememberMark(tx, mark));
}

/**
 * When a reader claims a version of the present epoch that the store has not reached: nobody but a store that is gone can have
 * given it out.
 *
 * Shape:  whether a new epoch was drawn; false where the store has come that far by now.
 * Errors: the store's own.
 */
export async function outrunBy(
  ports: AccessPorts,
  { project, environment }: { readonly project: string; readonly environment: string },
  claimed: SnapshotVersion,
): Promise<boolean> {
  return await ports.store.transaction(async (tx) => {
    const record = await tx.getEnvironment(project, environment);
    if (record === null || record.epoch !== claimed.epoch || record.version >= claimed.version) return false;
    await replaceEpoch(tx, ports, record, "reader-ahead");
    return true;
  });
}

async function drawEpochs(tx: StoreTransaction, ports: AccessPorts, why: Evidence): Promise<void> {
  for (const { key: project } of await tx.listProjects()) {
    for (const record of await tx.listEnvironments(project)) await replaceEpoch(tx, ports, record, why);
  }
}

async function replaceEpoch(tx: StoreTransaction, ports: AccessPorts, record: EnvironmentRecord, why: Evidence): Promise<void> {
  const { project, key, version } = record;
  const epoch = drawEpoch(ports.random);
  await tx.putEnvironment({ ...record, epoch });
  const details = { environment: key, version, before: record.epoch, after: epoch, why };
  const entry = { chain: projectChain(project), at: ports.clock(), action: "environment.new-epoch", actor: SERVER, details };
  await appendAudit(tx, entry, ports);
}

async function rememberMark(tx: StoreTransaction, mark: string): Promise<void> {
  const present = await tx.installation();
  if (present !== null) await tx.putInstallation({ ...present, mark });
}
