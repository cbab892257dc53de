/** OpenFeature's own API over its in-memory provider, whose evaluators are the limit's closures: what the API itself costs. */

import { readFileSync } from "node:fs";
import { InMemoryProvider, OpenFeature } from "@openfeature/server-sdk";
import { attributesOf } from "../workload.mjs";
import { compileFlags } from "./limit.mjs";

export { writeConfig } from "./limit.mjs";

/** Registers the provider and waits until the API calls it ready. */
export async function start(path) {
  await OpenFeature.setProviderAndWait(new InMemoryProvider(providerFlags(JSON.parse(readFileSync(path, "utf8")))));
  return openFeatureCalls();
}

/** The three look-ups through an OpenFeature client, the same for every provider. */
export function openFeatureCalls() {
  const client = OpenFeature.getClient();
  return {
    context: (user) => ({ targetingKey: user.id, ...attributesOf(user) }),
    calls: {
      a: (key, context) => client.getBooleanValue(key, false, context),
      b: (key, context) => client.getBooleanValue(key, false, context),
      c: (key, context) => client.getObjectValue(key, {}, context),
    },
    close: () => OpenFeature.close(),
  };
}

function providerFlags(flags) {
  const closures = compileFlags(flags);
  return Object.fromEntries(flags.map((flag) => [flag.key, ofKind[flag.kind](closures.get(flag.key), flag.values)]));
}

const ofKind = {
  a: () => ({ variants: { on: true }, defaultVariant: "on", disabled: false }),
  b: (decide) => ({
    variants: { on: true, off: false },
    defaultVariant: "off",
    disabled: false,
    contextEvaluator: (context) => (decide(context) ? "on" : "off"),
  }),
  c: (decide, values) => {
    const names = new Map(Object.entries(values).map(([name, value]) => [value, name]));
    return { variants: values, defaultVariant: "v0", disabled: false, contextEvaluator: (context) => names.get(decide(context)) };
  },
};
