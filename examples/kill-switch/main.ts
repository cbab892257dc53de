/** Kill switch: one word turns every AI feature off in every running app, at once, and one word turns it on again. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { edit } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
await dimmer.ready();

/** What the app does for each request; false is what it gets should there never be an answer. */
function answer(question: string, user: string): string {
  const isOn = dimmer.boolean("ai-enabled", { targetingKey: user }, false);
  return isOn ? `a model's answer to "${question}"` : "The assistant is resting. A person will write to you.";
}

assert.match(answer("Why?", "user-7"), /model/);

const started = performance.now();
await edit(dimmer, { kind: "kill", flag: "ai-enabled", environment: "production" }, "the provider misbehaves");
console.log(`off, here, ${Math.round(performance.now() - started)} ms after the command`);
assert.match(answer("Why?", "user-7"), /resting/);
assert.equal(dimmer.booleanDetails("ai-enabled", { targetingKey: "user-7" }, false).reason, "DISABLED");

await edit(dimmer, { kind: "restore", flag: "ai-enabled", environment: "production" }, "the provider is back");
console.log("on again");
assert.match(answer("Why?", "user-7"), /model/);

await dimmer.close();
console.log("ok");
