/** Who takes part, and as what. */

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * `peer`: another product, and Dimmer's ratios are against the fastest of them; `dimmer`: ours; `limit`: the yardstick;
 * `aside`: measured beside the others to explain a number, in no ratio.
 */
export const contestants = {
  limit: { name: "the limit", role: "limit", load: () => import("./contestants/limit.mjs") },
  dimmer: { name: "Dimmer, native client", role: "dimmer", load: () => import("./contestants/dimmer.mjs") },
  "dimmer-details": {
    name: "Dimmer, native client, details",
    role: "dimmer",
    load: () => import("./contestants/dimmer-details.mjs"),
  },
  "dimmer-engine": { name: "Dimmer, bare `evaluate`", role: "aside", load: () => import("./contestants/dimmer-engine.mjs") },
  "flagd-core": {
    name: "flagd-core",
    role: "peer",
    package: "@openfeature/flagd-core",
    load: () => import("./contestants/flagd-core.mjs"),
  },
  growthbook: {
    name: "GrowthBook",
    role: "peer",
    package: "@growthbook/growthbook",
    load: () => import("./contestants/growthbook.mjs"),
  },
  launchdarkly: {
    name: "LaunchDarkly",
    role: "peer",
    package: "@launchdarkly/node-server-sdk",
    load: () => import("./contestants/launchdarkly.mjs"),
  },
  unleash: { name: "Unleash", role: "peer", package: "unleash-client", load: () => import("./contestants/unleash.mjs") },
  "openfeature-in-memory": {
    name: "OpenFeature, in-memory provider",
    role: "peer",
    package: "@openfeature/server-sdk",
    load: () => import("./contestants/openfeature-in-memory.mjs"),
  },
  "dimmer-openfeature": {
    name: "OpenFeature, Dimmer's provider",
    role: "dimmer",
    load: () => import("./contestants/dimmer-openfeature.mjs"),
  },
  "json-parse": {
    name: "`JSON.parse` of Dimmer's text",
    role: "aside",
    only: ["start"],
    load: () => import("./contestants/json-parse.mjs"),
  },
};

/** The version that is installed, read from the package itself. */
export function installedVersion(packageName) {
  const paths = createRequire(import.meta.url).resolve.paths(packageName);
  for (const path of paths) {
    const version = versionIn(join(path, packageName));
    if (version !== undefined) return version;
  }
  throw new Error(`${packageName} is not installed under ${dirname(import.meta.url)}`);
}

function versionIn(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
  } catch {
    return undefined;
  }
}
