/** Gating by tier: the frontier model for those who pay, and for nobody else, not even when somebody gives it to them by mistake. */

import assert from "node:assert/strict";
import type { Operation } from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, undo } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
const { isReady, failure } = await dimmer.ready({ timeoutMs: 5_000 });
assert.ok(isReady, failure?.message);

const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);
const FRONTIER = "claude-opus-4-6";
const STANDARD: string = "claude-haiku-4-5";

/** The model that the app would call for a user of this plan. */
const modelFor = (user: string, plan?: string) =>
  dimmer.stringDetails("frontier-tier", plan === undefined ? { targetingKey: user } : { targetingKey: user, plan }, STANDARD);

try {
  for (const plan of ["pro", "enterprise"]) {
    const { value, reason, flagMetadata } = modelFor("user-1", plan);
    assert.deepEqual([value, reason, flagMetadata.ruleId], [FRONTIER, "TARGETING_MATCH", "paid"]);
  }
  console.log(`pro, enterprise: ${FRONTIER}`);
  for (const plan of ["free", "PRO", undefined]) {
    assert.ok(
      users.every((user) => modelFor(user, plan).value === STANDARD),
      "no coercion, no guessing",
    );
  }
  console.log(`free, PRO, no plan: ${STANDARD}`);

  // The two mistakes that people make. The variant's `only` still says no, and the details say so.
  const here = { flag: "frontier-tier", environment: "production" } as const;
  const rule = { id: "launch", when: { targetingKey: { exists: true } }, serve: { variant: "frontier" } };
  await survive("free users named by hand", { kind: "set-targets", ...here, targets: { frontier: users } });
  await survive("a rule for everybody", { kind: "set-rule", ...here, rule, at: 0 });
  assert.equal(modelFor("user-1", "free").flagMetadata.blocked, undefined, "nothing is left of the mistakes");
} finally {
  await dimmer.close();
}
console.log("ok");

async function survive(mistake: string, operation: Operation): Promise<void> {
  const { change } = await edit(dimmer, operation, "a favour");
  try {
    const answers = users.map((user) => modelFor(user, "free"));
    const blocked = answers.filter(({ flagMetadata }) => flagMetadata.blocked === true).length;
    const through = answers.filter(({ value }) => value === FRONTIER).length;
    console.log(`${mistake}: ${blocked} blocked, ${through} through`);
    assert.deepEqual([blocked, through], [users.length, 0]);
    assert.equal(modelFor("user-1", "pro").value, FRONTIER, "those who pay keep what they pay for");
  } finally {
    await undo(dimmer, change);
  }
}
