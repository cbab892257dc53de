/** Gradual rollout: turn a new model up step by step. Nobody who has it loses it, and undo brings back exactly the people of before. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, undo } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
await dimmer.ready();

const PLAIN = { model: "none" };
const users = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);

/** Those whose summaries opus writes right now. */
function usersOfOpus(): Set<string> {
  return new Set(users.filter((user) => dimmer.object("summarizer", { targetingKey: user }, PLAIN).model === "claude-opus-4-6"));
}

const ramp = (percent: number) =>
  edit(
    dimmer,
    { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus", percent },
    "looks good",
  );

const changes = [];
let before = new Set<string>();
for (const percent of [10, 25, 50]) {
  changes.unshift(await ramp(percent));
  const now = usersOfOpus();
  console.log(`opus at ${percent} %: ${now.size} of ${users.length} users`);
  assert.ok(
    [...before].every((user) => now.has(user)),
    "a riser never loses anyone",
  );
  assert.ok(Math.abs(now.size / users.length - percent / 100) < 0.02, "the share is what was asked for");
  before = now;
}

const [last, ...earlier] = changes;
assert.ok(last !== undefined);
await undo(dimmer, last);
const afterUndo = usersOfOpus();
for (const change of earlier) await undo(dimmer, change);
await ramp(25);
assert.deepEqual(usersOfOpus(), afterUndo, "25 % are the same people, however one came there");
await ramp(10);

await dimmer.close();
console.log("ok");
