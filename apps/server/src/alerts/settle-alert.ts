/** Resolves an alert whose reason is gone. */

import type { StoreTransaction } from "../storage/store.ts";
import type { AlertPorts } from "./raise-alert.ts";
import { resolveAlert } from "./tell-alert.ts";

/**
 * Shape:  does nothing where none of the key stands, so that it may be called at every look.
 * Errors: the store's own.
 * Source: ADR-0063.
 */
export async function settleAlert(
  tx: StoreTransaction,
  ports: Pick<AlertPorts, "clock">,
  { project, key }: { readonly project: string; readonly key: string },
): Promise<void> {
  const standing = await tx.newestAlert(project, key);
  if (standing === null || standing.state === "resolved") return;
  await resolveAlert(tx, standing, { by: null }, ports.clock());
}
