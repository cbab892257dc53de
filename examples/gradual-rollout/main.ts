/** Gradual rollout: turn a new model up step by step. Nobody who has it loses it, and undo brings back exactly the people of before. */

import assert from "node:assert/strict";
import type { Change } from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, undo, WITHIN_MS } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
const { isReady, failure } = await dimmer.ready({ timeoutMs: 5_000 });
assert.ok(isReady, failure?.message);

const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);

/** The flag's value is what the app would send to the provider; `none` should there never be an answer. */
const configFor = (user: string) => dimmer.object("summarizer", { targetingKey: user }, { model: "none", parameters: {} });
const usersOfOpus = () => new Set(users.filter((user) => configFor(user).model === "claude-opus-4-6"));

const changes: Change[] = [];
try {
  const at10 = await climbTo(10);
  const at25 = await climbTo(25, at10);
  await climbTo(100, at25);

  const { model, parameters } = configFor("user-7");
  console.log(`for user-7 the app would send ${JSON.stringify({ model, ...parameters })}`);

  await undo(dimmer, changes.pop() as Change);
  assert.deepEqual(usersOfOpus(), at25, "the very people of 25 %, and no one else");
  console.log(`the last step undone: the same ${at25.size} users as before it`);
} finally {
  for (const change of changes.reverse()) await undo(dimmer, change);
  await dimmer.close();
}
console.log("ok");

/** Gives those who have opus after the step; everyone who had it must be among them. */
async function climbTo(percent: number, before = new Set<string>()): Promise<Set<string>> {
  const { change, tookMs } = await edit(
    dimmer,
    { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus", percent },
    "looks good",
  );
  changes.push(change);
  const now = usersOfOpus();
  console.log(`opus at ${percent} %: ${now.size} of ${users.length} users, ${tookMs} ms after the command`);

  const share = percent / 100;
  const fourSigma = 4 * Math.sqrt(users.length * share * (1 - share));
  assert.ok(Math.abs(now.size - users.length * share) <= fourSigma, "the share is what was asked for");
  assert.ok(
    [...before].every((user) => now.has(user)),
    "a raise loses nobody",
  );
  assert.ok(tookMs < WITHIN_MS, "a change arrives within a second");
  return now;
}
