/** A change as the API shows it. */

import type { Change } from "@dimmer/protocol";
import type { ChangeRecord } from "../storage/store.ts";

/** Without its inverse, which only undo needs. */
export function viewChange({ project: _project, inverse: _inverse, at, ...change }: ChangeRecord): Change {
  return { ...change, at: new Date(at).toISOString() };
}
