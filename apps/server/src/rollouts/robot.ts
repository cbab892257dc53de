/** In whose name a rollout acts by itself, and what it may do: in its own environment, and nothing but what it does. */

import type { Actor } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";

export const ROLLOUT_ACTOR: Actor = { kind: "system", id: "rollout", name: "Rollout" };

/** Whoever started it may have left since: a rollback is held up by nobody's rights. */
export const robotOf = ({ project, environment }: Pick<RolloutRecord, "project" | "environment">): Author => ({
  actor: ROLLOUT_ACTOR,
  grants: [{ role: "rollout", project, environment, rights: ["split.edit", "rule.edit", "flag.kill"] }],
});
