/** A/B test of two models: half the people each, everyone always the same model, and an arm that can be stopped without moving the other. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { edit } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
await dimmer.ready();

const users = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);

/** The details say which arm a user is in; write the variant beside what you measure. */
const armOf = (user: string) => dimmer.stringDetails("chat-model", { targetingKey: user }, "gpt-5-mini");

const control = users.filter((user) => armOf(user).variant === "control");
const treatment = users.filter((user) => armOf(user).variant === "treatment");
console.log(`control ${control.length}, treatment ${treatment.length}`);
assert.equal(control.length + treatment.length, users.length, "everyone is in one of the two");
// Four standard deviations of 10,000 fair coins.
assert.ok(Math.abs(control.length - treatment.length) < 400, "the halves are halves");
assert.ok(treatment.every((user) => armOf(user).reason === "SPLIT"));

// Another process, another day: the same people.
const elsewhere = openDimmer({ stream: false });
await elsewhere.ready();
const chatModel = (user: string) => elsewhere.string("chat-model", { targetingKey: user }, "gpt-5-mini");
assert.ok(
  users.every((user) => chatModel(user) === armOf(user).value),
  "assignment needs no memory",
);
await elsewhere.close();

// The treatment refuses too often: stop that arm. Its people get the fallback; the control group does not notice.
await edit(dimmer, { kind: "stop", flag: "chat-model", environment: "production", variant: "treatment" }, "refuses too often");
assert.ok(treatment.every((user) => armOf(user).value === "gpt-5-mini" && armOf(user).reason === "DISABLED"));
assert.ok(control.every((user) => armOf(user).value === "gpt-5-mini" && armOf(user).reason === "SPLIT"));
console.log("treatment stopped, control untouched");

await edit(dimmer, { kind: "restore", flag: "chat-model", environment: "production", variant: "treatment" }, "fixed");
assert.ok(
  treatment.every((user) => armOf(user).variant === "treatment"),
  "the same people are back",
);

await dimmer.close();
console.log("ok");
