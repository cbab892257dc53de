/** Unleash's Node client, bootstrapped from data; metrics and polling off. It hands objects out as JSON text. */

import { readFileSync } from "node:fs";
import { InMemStorageProvider, Unleash } from "unleash-client";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

/** The answer of its client API. */
export function writeConfig(flags) {
  return JSON.stringify(
    flags.map(({ key, kind, values }) => ({
      name: key,
      type: "release",
      enabled: true,
      project: "default",
      stale: false,
      impressionData: false,
      variants: [],
      strategies: strategiesOf[kind](key, values),
    })),
  );
}

const strategiesOf = {
  a: () => [{ name: "default", constraints: [], parameters: {} }],
  b: (key) => [strategy(key, SHARE_OF_B, [], [])],
  c: (key, values) => {
    const split = Object.entries(SPLIT_OF_C).map(([name, percent]) => variant(name, percent, values));
    return [
      ...constraints().map((list, i) => strategy(key, 100, list, [variant(RULE_VARIANTS[i], 100, values)])),
      strategy(key, 100, [], split),
    ];
  },
};

function constraints() {
  return [
    [constraint("country", "IN", { values: RULES.countries })],
    [constraint("appVersion", "SEMVER_GTE", { value: RULES.minVersion })],
    [constraint("score", "NUM_GT", { value: String(RULES.scoreAbove) })],
    [constraint("email", "STR_ENDS_WITH", { values: [RULES.emailSuffix] })],
    [constraint("plan", "IN", { values: [RULES.plan] }), constraint("region", "IN", { values: [RULES.region] })],
  ];
}

const constraint = (contextName, operator, operand) => ({
  contextName,
  operator,
  inverted: false,
  caseInsensitive: false,
  values: [],
  ...operand,
});

const strategy = (key, rollout, constraints, variants) => ({
  name: "flexibleRollout",
  constraints,
  segments: [],
  variants,
  parameters: { rollout: String(rollout), stickiness: "userId", groupId: key },
});

const variant = (name, percent, values) => ({
  name,
  weight: percent * 10,
  weightType: "variable",
  stickiness: "userId",
  payload: { type: "json", value: JSON.stringify(values[name]) },
});

/** Starts the client from the file and waits for its ready event. Reading c includes parsing the text, as a caller must. */
export async function start(path) {
  const client = new Unleash({
    appName: "bench",
    url: "http://127.0.0.1:9/",
    bootstrap: { data: JSON.parse(readFileSync(path, "utf8")) },
    bootstrapOverride: true,
    disableMetrics: true,
    refreshInterval: 0,
    storageProvider: new InMemStorageProvider(),
    skipInstanceCountWarning: true,
  });
  client.on("error", () => {});
  client.on("warn", () => {});
  await new Promise((resolve) => client.once("ready", resolve));
  return {
    context: (user) => ({ userId: user.id, properties: attributesOf(user) }),
    calls: {
      a: (key, context) => client.isEnabled(key, context),
      b: (key, context) => client.isEnabled(key, context),
      c: (key, context) => JSON.parse(client.getVariant(key, context).payload.value),
    },
    close: () => client.destroy(),
  };
}
