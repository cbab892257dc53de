/** Reads again and again what was spent of the budgets, so that what stands in memory never strays far from what is stored. */

import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import { openPasses, type Passes } from "../open-passes.ts";
import type { Store } from "../storage/store.ts";
import { type Ledger, READ_EVERY_MS } from "./ledger.ts";

/** After news: what comes meanwhile is looked at together. */
const GATHER_MS = 250;
const RETRY_MS = 5_000;

export interface ReadingPorts {
  readonly store: Pick<Store, "listProjects" | "listEnvironments">;
  /** Holds the newest snapshot of an environment once it was asked for it. */
  readonly hub: Pick<SnapshotHub, "current">;
  readonly ledger: Pick<Ledger, "read" | "onNews">;
  /** What is to be done with what was read. */
  readonly settle: (place: Place) => Promise<void>;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

/** Errors: none; what cannot be read is told to `onFailure` and tried again. */
export function openSpendReading({ store, hub, ledger, settle, ...ports }: ReadingPorts): Passes {
  async function runDue(): Promise<number> {
    for (const { key: project } of await store.listProjects())
      for (const { key: environment } of await store.listEnvironments(project)) {
        await hub.current(project, environment);
        await ledger.read({ project, environment });
        await settle({ project, environment });
      }
    return READ_EVERY_MS;
  }
  const passes = openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "budgets" });
  let cancel: (() => void) | undefined;
  const wake = (): void => {
    cancel ??= ports.setTimer(GATHER_MS, () => {
      cancel = undefined;
      passes.wake();
    });
  };
  ledger.onNews(wake);
  return {
    wake,
    async close() {
      ledger.onNews(() => {});
      cancel?.();
      await passes.close();
    },
  };
}
