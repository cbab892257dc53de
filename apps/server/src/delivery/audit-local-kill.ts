/** Writes into the audit log what apps switch off by themselves, and when they lift it. */

import { appendAudit, type AuditPorts, projectChain } from "../audit/append-audit.ts";
import type { Store } from "../storage/store.ts";
import type { LocalKillNews } from "./connected-sdks.ts";

interface LocalKillPorts extends AuditPorts {
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Records one piece of news.
 *
 * Shape:  one row by the key that the SDK came with: `local-kill.seen` when the first SDK of the environment says so, and
 *         `local-kill.lifted` when the last one does not any more, or was not heard of for long.
 * Errors: the store's own.
 * Source: ADR-0032.
 */
export async function auditLocalKill(ports: LocalKillPorts, { place, kill, isOff, sdk, key }: LocalKillNews): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const name = (await tx.getKey(key))?.name ?? "a key that is gone";
    const details = { environment: place.environment, kill, sdk: `${sdk.name}/${sdk.version}`, instance: sdk.instance };
    const entry = {
      chain: projectChain(place.project),
      at: ports.clock(),
      action: isOff ? "local-kill.seen" : "local-kill.lifted",
      actor: { kind: "key", id: key, name } as const,
      details,
    };
    await appendAudit(tx, entry, ports);
  });
}
