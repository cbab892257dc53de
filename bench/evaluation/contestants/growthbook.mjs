/** GrowthBook's multi-user client; no tracking callback, so that no exposure is built. */

import { readFileSync } from "node:fs";
import { GrowthBookClient } from "@growthbook/growthbook";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

/** Its features payload. It has no suffix operator: rule four is a regular expression. */
export function writeConfig(flags) {
  return JSON.stringify({ features: Object.fromEntries(flags.map((flag) => [flag.key, ofKind[flag.kind](flag)])) });
}

const ofKind = {
  a: () => ({ defaultValue: true }),
  b: () => ({ defaultValue: false, rules: [{ force: true, coverage: SHARE_OF_B / 100, hashAttribute: "id" }] }),
  c: ({ key, values }) => ({ defaultValue: null, rules: [...forcedRules(values), experiment(key, values)] }),
};

function forcedRules(values) {
  const conditions = [
    { country: { $in: RULES.countries } },
    { appVersion: { $vgte: RULES.minVersion } },
    { score: { $gt: RULES.scoreAbove } },
    { email: { $regex: `${RULES.emailSuffix.replaceAll(".", "\\.")}$` } },
    { plan: RULES.plan, region: RULES.region },
  ];
  return conditions.map((condition, i) => ({ condition, force: values[RULE_VARIANTS[i]] }));
}

const experiment = (key, values) => ({
  key,
  seed: key,
  hashAttribute: "id",
  hashVersion: 2,
  coverage: 1,
  variations: Object.values(values),
  weights: Object.values(SPLIT_OF_C).map((percent) => percent / 100),
});

/** Starts the client from the payload; it checks nothing. */
export async function start(path) {
  const client = new GrowthBookClient({}).initSync({ payload: JSON.parse(readFileSync(path, "utf8")) });
  return {
    context: (user) => ({ attributes: { id: user.id, ...attributesOf(user) } }),
    calls: {
      a: (key, context) => client.isOn(key, context),
      b: (key, context) => client.isOn(key, context),
      c: (key, context) => client.getFeatureValue(key, null, context),
    },
    close: () => client.destroy(),
  };
}
