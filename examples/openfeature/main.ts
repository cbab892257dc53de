/** OpenFeature: the same code over Dimmer's provider, which decides locally, and over the stock one, which asks the server. */

import assert from "node:assert/strict";
import { openDimmer, type TrackedEvent } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature, ProviderEvents, type Client } from "@openfeature/server-sdk";
import { edit } from "../operator.ts";

const { DIMMER_URL: baseUrl = "", DIMMER_KEY: key = "" } = process.env;

const tracked: TrackedEvent[] = [];
const dimmer = openDimmer({ tracker: (event) => tracked.push(event) }); // DIMMER_URL and DIMMER_KEY
await OpenFeature.setProviderAndWait("local", new DimmerProvider({ client: dimmer }));
await OpenFeature.setProviderAndWait("remote", new OFREPProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]] }));
const local = OpenFeature.getClient("local");
const remote = OpenFeature.getClient("remote");

const user = { targetingKey: "user-7", plan: "pro" };
const isOn = (client: Client) => client.getBooleanValue("ai-enabled", false, user);

const details = await local.getBooleanDetails("ai-enabled", false, user);
console.log(
  `on: ${details.value}, variant ${details.variant}, because ${details.reason}, flag set ${details.flagMetadata["flagSetId"]}`,
);
assert.ok(details.value, "ai-enabled is on before the example; restore it if you have killed it");
assert.ok(await isOn(remote), "both providers say the same");

const flagsChanged: string[] = [];
local.addHandler(ProviderEvents.ConfigurationChanged, (event) => flagsChanged.push(...(event?.flagsChanged ?? [])));

const aiEnabled = { flag: "ai-enabled", environment: "production" } as const;
try {
  await edit(dimmer, { kind: "kill", ...aiEnabled }, "the provider misbehaves");
  console.log(`killed: local ${await isOn(local)}, remote ${await isOn(remote)}; changed: ${flagsChanged.join(", ")}`);
  assert.deepEqual([await isOn(local), await isOn(remote)], [false, false], "a kill reaches both");
  assert.ok(flagsChanged.includes("ai-enabled"), "PROVIDER_CONFIGURATION_CHANGED names the flag");
} finally {
  await edit(dimmer, { kind: "restore", ...aiEnabled }, "the provider is back");
}

local.track("summary-rated", user, { value: 5 });
console.log(`tracked: ${tracked.map(({ name, details: { value } }) => `${name} ${value}`).join(", ")}`);
assert.deepEqual(tracked[0]?.details, { value: 5 }, "what is tracked reaches the app's tracker");

await OpenFeature.close();
await dimmer.close();
console.log("ok");
