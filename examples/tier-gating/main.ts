/** Gating by tier: the frontier model for those who pay, and for nobody else, not even when somebody names them by mistake. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, undo } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
await dimmer.ready();

const CHEAP = "claude-haiku-4-5";
const modelFor = (user: string, plan?: string) =>
  dimmer.stringDetails("frontier-tier", plan === undefined ? { targetingKey: user } : { targetingKey: user, plan }, CHEAP);

for (const plan of ["pro", "enterprise"]) {
  const { value, reason, flagMetadata } = modelFor("user-1", plan);
  console.log(`${plan}: ${value}`);
  assert.deepEqual([value, reason, flagMetadata.ruleId], ["claude-opus-4-6", "TARGETING_MATCH", "paid"]);
}
for (const plan of ["free", "PRO", undefined]) {
  console.log(`${plan ?? "no plan"}: ${modelFor("user-1", plan).value}`);
  assert.equal(modelFor("user-1", plan).value, CHEAP, "no coercion, no guessing");
}

// Somebody names a free user by hand. The variant's `only` still says no, and says so.
const mistake = await edit(
  dimmer,
  { kind: "set-targets", flag: "frontier-tier", environment: "production", targets: { frontier: ["user-1"] } },
  "a favour",
);
const blocked = modelFor("user-1", "free");
console.log(`named, but free: ${blocked.value}${blocked.flagMetadata.blocked === true ? " (blocked)" : ""}`);
assert.deepEqual([blocked.value, blocked.flagMetadata.blocked], [CHEAP, true]);
assert.equal(modelFor("user-1", "pro").value, "claude-opus-4-6");
await undo(dimmer, mistake);

await dimmer.close();
console.log("ok");
