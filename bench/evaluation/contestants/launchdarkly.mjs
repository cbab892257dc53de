/** LaunchDarkly's server SDK with its file data source; events and diagnostics off. */

import LaunchDarkly from "@launchdarkly/node-server-sdk";
import { FileDataSourceFactory } from "@launchdarkly/node-server-sdk/integrations";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

const VARIANTS = Object.keys(SPLIT_OF_C);

/** The file format of its data source. Its semver has no ≥: everything above 8.999.999 is 9.0.0 and up. */
export function writeConfig(flags) {
  return JSON.stringify({ flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])), segments: {} });
}

function flagOf({ key, kind, values }) {
  return {
    key,
    version: 1,
    on: true,
    prerequisites: [],
    targets: [],
    contextTargets: [],
    rules: [],
    offVariation: 1,
    salt: key,
    trackEvents: false,
    clientSide: false,
    ...ofKind[kind](values),
  };
}

const ofKind = {
  a: () => ({ variations: [true, false], fallthrough: { variation: 0 } }),
  b: () => ({ variations: [true, false], fallthrough: rollout([SHARE_OF_B, 100 - SHARE_OF_B]) }),
  c: (values) => ({ variations: Object.values(values), rules: rules(), fallthrough: rollout(Object.values(SPLIT_OF_C)) }),
};

const rollout = (percentages) => ({
  rollout: {
    kind: "rollout",
    contextKind: "user",
    bucketBy: "key",
    variations: percentages.map((percent, variation) => ({ variation, weight: percent * 1_000 })),
  },
});

function rules() {
  const clauses = [
    [clause("country", "in", RULES.countries)],
    [clause("appVersion", "semVerGreaterThan", ["8.999.999"])],
    [clause("score", "greaterThan", [RULES.scoreAbove])],
    [clause("email", "endsWith", [RULES.emailSuffix])],
    [clause("plan", "in", [RULES.plan]), clause("region", "in", [RULES.region])],
  ];
  return clauses.map((clauses, i) => ({ id: `r${i}`, clauses, variation: VARIANTS.indexOf(RULE_VARIANTS[i]) }));
}

const clause = (attribute, op, values) => ({ contextKind: "user", attribute, op, values, negate: false });

/** Starts the client and waits until it says that it is ready. */
export async function start(path) {
  const source = new FileDataSourceFactory({ paths: [path] });
  const client = LaunchDarkly.init("sdk-key", {
    updateProcessor: source.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: console.error, warn() {}, info() {}, debug() {} },
  });
  await client.waitForInitialization({ timeout: 60 });
  return {
    context: (user) => ({ kind: "user", key: user.id, ...attributesOf(user) }),
    calls: {
      a: (key, context) => client.boolVariation(key, context, false),
      b: (key, context) => client.boolVariation(key, context, false),
      c: (key, context) => client.jsonVariation(key, context, null),
    },
    close: () => client.close(),
  };
}
