/** The snapshot of an environment that a request names. */

import { ProblemError } from "@dimmer/protocol";
import type { HeldSnapshot } from "./held-snapshot.ts";
import type { Place, SnapshotHub } from "./snapshot-hub.ts";

/** Errors: `ProblemError("not-found")` where there is no such environment. */
export async function requireHolding(hub: Pick<SnapshotHub, "current">, { project, environment }: Place): Promise<HeldSnapshot> {
  const held = await hub.current(project, environment);
  if (held === undefined) throw new ProblemError("not-found", `There is no environment ${environment} in project ${project}.`);
  return held;
}
