/** How flags are watched for drift: read, and set with a row in the audit. */

import { type DriftSettings, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { EnvironmentPlace } from "../connections/connections.ts";
import { requireEnvironment } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";

/** A flag and the environment that it is watched in. */
export interface WatchedPlace extends EnvironmentPlace {
  readonly flag: string;
}

/**
 * Sets them.
 *
 * Shape:  what has been frozen stays frozen; another `referenceDays` counts for the next configuration.
 * Errors: `ProblemError`: forbidden, not-found, revision-mismatch.
 * Source: ADR-0066.
 */
export async function setDriftSettings(
  ports: AccessPorts,
  author: Author,
  { flag, ...place }: WatchedPlace,
  { settings, revision }: { readonly settings: DriftSettings; readonly revision?: number | undefined },
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "watch.edit", place, at);
    await requireWatchedFlag(tx, { ...place, flag });
    const before = await tx.getDriftSettings(place.project, place.environment, flag);
    requireRevision(before?.revision ?? 0, revision);
    await tx.putDriftSettings({ ...place, flag, settings, revision: (before?.revision ?? 0) + 1, updatedAt: at });
    const details = { environment: place.environment, flag, ...settings };
    await appendAudit(tx, { chain: projectChain(place.project), at, action: "drift.set", actor: author.actor, details }, ports);
  });
}

/** Errors: `ProblemError("not-found")` for the environment, the flag, or the flag there. */
export async function requireWatchedFlag(store: StoreReader, { project, environment, flag }: WatchedPlace): Promise<FlagRecord> {
  await requireEnvironment(store, project, environment);
  const record = await store.getFlag(project, flag);
  if (record === null) throw new ProblemError("not-found", `There is no flag ${flag} in project ${project}.`);
  if (record.environments[environment] === undefined)
    throw new ProblemError("not-found", `${flag} is not configured in ${environment}.`);
  return record;
}

/** Errors: `ProblemError("revision-mismatch")` where somebody else was quicker. */
export function requireRevision(now: number, seen: number | undefined): void {
  if (seen === undefined || seen === now) return;
  throw new ProblemError(
    "revision-mismatch",
    `Somebody has set it meanwhile: it is at revision ${now}, and you saw ${seen}. Look again.`,
  );
}
