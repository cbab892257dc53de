/** When fallbacks are drilled: read, and set with a row in the audit. */

import { type DrillSettings, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireRevision, requireWatchedFlag, type WatchedPlace } from "../drift/drift-settings.ts";
import type { Author } from "../flags/apply-change.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { DAY_MS, dayOf, MINUTE_MS } from "../telemetry/times.ts";

const THOUSAND = 1_000;

/**
 * Sets them; null ends the drills of a flag, and the one that goes on in its time.
 *
 * Errors: `ProblemError`: forbidden without `watch.edit` and `rule.edit` there, as a drill may do nothing that who asks for it may not;
 *         not-found, revision-mismatch, invalid-request.
 * Source: ADR-0066.
 */
export async function setDrillSettings(
  ports: AccessPorts,
  author: Author,
  { flag, ...place }: WatchedPlace,
  { settings, revision }: { readonly settings: DrillSettings | null; readonly revision?: number | undefined },
): Promise<void> {
  if (settings !== null && !Number.isInteger(Math.round(settings.percent * THOUSAND * THOUSAND) / THOUSAND))
    throw new ProblemError("invalid-request", `${settings.percent} has more than three decimals.`);
  await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireDrillRights(tx, author, place, at);
    await requireWatchedFlag(tx, { ...place, flag });
    const before = await tx.getDrillSettings(place.project, place.environment, flag);
    requireRevision(before?.revision ?? 0, revision);
    const nextAt = settings === null ? null : nextDrillAt(settings, at, 0);
    await tx.putDrillSettings({ ...place, flag, settings, revision: (before?.revision ?? 0) + 1, nextAt, updatedAt: at });
    const details = { environment: place.environment, flag, settings: settings === null ? null : { ...settings } };
    const entry = { chain: projectChain(place.project), at, action: "drill.set", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
  });
}

/** Errors: `ProblemError("forbidden")`. */
export async function requireDrillRights(
  tx: StoreTransaction,
  author: Author,
  place: Omit<WatchedPlace, "flag">,
  at: number,
): Promise<void> {
  for (const right of ["watch.edit", "rule.edit"] as const) await requireRightNow(tx, author, right, place, at);
}

/** The next time of day at which one may begin, so many days on at least. */
export function nextDrillAt({ startMinute }: DrillSettings, now: number, days: number): number {
  const today = dayOf(now) + days * DAY_MS + startMinute * MINUTE_MS;
  return today > now ? today : today + DAY_MS;
}
