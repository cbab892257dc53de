/** What the management routes need, made once in the composition root. */

import type { SealingPorts } from "./access/access-ports.ts";
import type { SnapshotHub } from "./delivery/snapshot-hub.ts";
import type { ChangePorts } from "./flags/apply-change.ts";

export interface ManagementPorts extends SealingPorts, ChangePorts {
  readonly hub: SnapshotHub;
}
