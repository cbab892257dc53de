/** flagd's evaluation core, bare: it compiles JSONLogic when the configuration is set. */

import { readFileSync } from "node:fs";
import { FlagdCore } from "@openfeature/flagd-core";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

/** flagd's flag definition file. */
export function writeConfig(flags) {
  return JSON.stringify({ flags: Object.fromEntries(flags.map(({ key, kind, values }) => [key, ofKind[kind](values)])) });
}

const ON_OFF = { on: true, off: false };

const ofKind = {
  a: () => ({ state: "ENABLED", variants: ON_OFF, defaultVariant: "on" }),
  b: () => ({
    state: "ENABLED",
    variants: ON_OFF,
    defaultVariant: "off",
    targeting: fractional({ on: SHARE_OF_B, off: 100 - SHARE_OF_B }),
  }),
  c: (values) => ({ state: "ENABLED", variants: values, defaultVariant: "v0", targeting: { if: targeting() } }),
};

const fractional = (shares) => ({ fractional: Object.entries(shares) });

function targeting() {
  const attribute = (name) => ({ var: name });
  const conditions = [
    { in: [attribute("country"), RULES.countries] },
    { sem_ver: [attribute("appVersion"), ">=", RULES.minVersion] },
    { ">": [attribute("score"), RULES.scoreAbove] },
    { ends_with: [attribute("email"), RULES.emailSuffix] },
    { and: [{ "==": [attribute("plan"), RULES.plan] }, { "==": [attribute("region"), RULES.region] }] },
  ];
  return [...conditions.flatMap((condition, i) => [condition, RULE_VARIANTS[i]]), fractional(SPLIT_OF_C)];
}

/** Sets the configuration; there is nothing to wait for. */
export async function start(path) {
  const core = new FlagdCore();
  core.setConfigurations(readFileSync(path, "utf8"));
  return {
    context: (user) => ({ targetingKey: user.id, ...attributesOf(user) }),
    calls: {
      a: (key, context) => core.resolveBooleanEvaluation(key, false, context).value,
      b: (key, context) => core.resolveBooleanEvaluation(key, false, context).value,
      c: (key, context) => core.resolveObjectEvaluation(key, {}, context).value,
    },
    close: () => {},
  };
}
