/** Dimmer's provider behind OpenFeature's API, for comparison with its in-memory provider. */

import { readFileSync } from "node:fs";
import { OpenFeature } from "@openfeature/server-sdk";
// By its built file, the one place that holds whichever entry exports it.
import { DimmerProvider } from "../../../packages/sdk-server/dist/openfeature.js";
import { openFeatureCalls } from "./openfeature-in-memory.mjs";

export { writeConfig } from "./dimmer-engine.mjs";

export async function start(path) {
  await OpenFeature.setProviderAndWait(new DimmerProvider({ snapshot: JSON.parse(readFileSync(path, "utf8")) }));
  return openFeatureCalls();
}
