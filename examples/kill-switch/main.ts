/** Kill switch: one word turns every AI feature off in every running app, at once, and one word turns it on again. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, WITHIN_MS } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
const { isReady, failure } = await dimmer.ready({ timeoutMs: 5_000 });
assert.ok(isReady, failure?.message);

const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);

/** What the app asks before each call of a model; false is what it gets should there never be an answer. */
const mayCallModel = (user: string) => dimmer.boolean("ai-enabled", { targetingKey: user }, false);
const countOn = () => users.filter(mayCallModel).length;

const aiEnabled = { flag: "ai-enabled", environment: "production" } as const;

assert.equal(countOn(), users.length, "ai-enabled is on before the example; restore it if you have killed it");
console.log(`on for ${countOn()} of ${users.length} users`);
try {
  const { tookMs } = await edit(dimmer, { kind: "kill", ...aiEnabled }, "the provider misbehaves");
  console.log(`killed: on for ${countOn()}, ${tookMs} ms after the command`);
  assert.equal(countOn(), 0, "a kill leaves nobody out");
  assert.ok(tookMs < WITHIN_MS, "a kill arrives within a second");

  const { reason, variant } = dimmer.booleanDetails("ai-enabled", { targetingKey: "user-7" }, true);
  console.log(`user-7 gets ${variant}, because the flag is ${reason}`);
  assert.deepEqual([variant, reason], ["off", "DISABLED"], "the fallback, and not the caller's default");
} finally {
  await edit(dimmer, { kind: "restore", ...aiEnabled }, "the provider is back");
}
console.log(`restored: on for ${countOn()}`);
assert.equal(countOn(), users.length, "a restore leaves nobody out");

await dimmer.close();
console.log("ok");
