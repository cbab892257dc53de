/** What the rooms of people, keys and environments need from outside. */

import type { AuditPorts } from "../audit/append-audit.ts";
import type { Store } from "../storage/store.ts";
import type { SealingKey } from "./seal-secret.ts";

export interface AccessPorts extends AuditPorts {
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** For what makes secrets that must be readable again. */
export interface SealingPorts extends AccessPorts {
  readonly sealing: SealingKey;
}
