/** A/B test of two models: half the people each, everyone always the same model, and an arm that can be stopped without moving the other. */

import assert from "node:assert/strict";
import { openDimmer } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { edit, undo } from "../operator.ts";

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
const { isReady, failure } = await dimmer.ready({ timeoutMs: 5_000 });
assert.ok(isReady, failure?.message);

const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);
const DEFAULT_MODEL = "gpt-5-mini";

/** The model that the app would call; the variant beside it is the arm, to be written beside what you measure. */
const armOf = (user: string) => dimmer.stringDetails("chat-model", { targetingKey: user }, DEFAULT_MODEL);
const modelOf = (user: string) => armOf(user).value;
const usersIn = (arm: string) => users.filter((user) => armOf(user).variant === arm);

const chatModel = { flag: "chat-model", environment: "production" } as const;
const halves = { kind: "set-split", ...chatModel, rule: "default", split: { control: 50, treatment: 50 } } as const;

const { change: begun } = await edit(dimmer, halves, "the experiment begins");
try {
  const control = usersIn("control");
  const treatment = usersIn("treatment");
  console.log(`control ${control.length}, treatment ${treatment.length} of ${users.length} users`);
  assert.equal(control.length + treatment.length, users.length, "everyone is in one of the two");
  const fourSigma = 4 * Math.sqrt(users.length * 0.5 * 0.5);
  assert.ok(Math.abs(treatment.length - users.length / 2) <= fourSigma, "the halves are halves");

  // Another call, another interface, another client that has never met these people: the same model.
  const models = users.map(modelOf);
  assert.deepEqual(users.map(modelOf), models, "asking again changes nothing");
  assert.deepEqual(await modelsBehindOpenFeature(), models, "OpenFeature gives the same answers");
  assert.deepEqual(await modelsElsewhere(), models, "assignment needs no memory");
  console.log("the same models asked again, behind OpenFeature, and in another client");

  // The treatment refuses too often: stop that arm. Its people get the fallback; the control group does not notice.
  await edit(dimmer, { kind: "stop", ...chatModel, variant: "treatment" }, "refuses too often");
  try {
    assert.ok(treatment.every((user) => modelOf(user) === DEFAULT_MODEL && armOf(user).reason === "DISABLED"));
    assert.ok(control.every((user) => modelOf(user) === DEFAULT_MODEL && armOf(user).reason === "SPLIT"));
    console.log(`treatment stopped: its ${treatment.length} users get ${DEFAULT_MODEL}, control is untouched`);
  } finally {
    await edit(dimmer, { kind: "restore", ...chatModel, variant: "treatment" }, "fixed");
  }
  assert.deepEqual(usersIn("treatment"), treatment, "the same people are back");
  console.log("treatment restored: the same users are back");
} finally {
  await undo(dimmer, begun);
  await dimmer.close();
}
console.log("ok");

async function modelsBehindOpenFeature(): Promise<string[]> {
  await OpenFeature.setProviderAndWait(new DimmerProvider({ client: dimmer }));
  const openFeature = OpenFeature.getClient();
  const models = await Promise.all(
    users.map((user) => openFeature.getStringValue("chat-model", DEFAULT_MODEL, { targetingKey: user })),
  );
  await OpenFeature.close();
  return models;
}

async function modelsElsewhere(): Promise<string[]> {
  const elsewhere = openDimmer({ stream: false });
  await elsewhere.ready();
  const models = users.map((user) => elsewhere.string("chat-model", { targetingKey: user }, DEFAULT_MODEL));
  await elsewhere.close();
  return models;
}
