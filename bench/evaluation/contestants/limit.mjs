/** The limit: what is left when a flag engine is a `Map` look-up, a closure, and one block of SHA-1. No checks, no details. */

import { readFileSync } from "node:fs";
import { slotFunction } from "../one-block-slot.mjs";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

/** The least that describes a flag. */
export function writeConfig(flags) {
  return JSON.stringify(
    flags.map(({ key, kind, values }) => (kind === "a" ? { key, kind } : { key, kind, ...ofKind[kind](values) })),
  );
}

const ofKind = {
  b: () => ({ below: SHARE_OF_B * 1_000 }),
  c: (values) => ({ rules: RULES, serve: RULE_VARIANTS, split: SPLIT_OF_C, values }),
};

/** Reads the flags and makes a closure of each. */
export async function start(path) {
  const closures = compileFlags(JSON.parse(readFileSync(path, "utf8")));
  const decide = (key, context) => closures.get(key)(context);
  return {
    context: (user) => ({ targetingKey: user.id, ...attributesOf(user) }),
    calls: { a: decide, b: decide, c: decide },
    close: () => {},
  };
}

/** Also what the in-memory provider's evaluators call. */
export function compileFlags(flags) {
  return new Map(flags.map((flag) => [flag.key, compilers[flag.kind](flag)]));
}

const compilers = {
  a: () => () => true,
  b: ({ key, below }) => {
    const slotOf = slotFunction(key);
    return (context) => slotOf(context.targetingKey) < below;
  },
  c: compileRules,
};

function compileRules({ key, rules, serve, split, values }) {
  const slotOf = slotFunction(key);
  const countries = new Set(rules.countries);
  const [major, minor, patch] = rules.minVersion.split(".").map(Number);
  const { scoreAbove, emailSuffix, plan, region } = rules;
  const [first, second, third, fourth, fifth] = serve.map((variant) => values[variant]);
  const { v0, v1, v2 } = values;
  const endOfV0 = split.v0 * 1_000;
  const endOfV1 = endOfV0 + split.v1 * 1_000;
  return (context) => {
    if (countries.has(context.country)) return first;
    if (isVersionAtLeast(context.appVersion, major, minor, patch)) return second;
    if (context.score > scoreAbove) return third;
    if (context.email.endsWith(emailSuffix)) return fourth;
    if (context.plan === plan && context.region === region) return fifth;
    const slot = slotOf(context.targetingKey);
    return slot < endOfV0 ? v0 : slot < endOfV1 ? v1 : v2;
  };
}

/** Reads three numbers without making a string; a pre-release would be misread. */
function isVersionAtLeast(version, major, minor, patch) {
  let at = 0;
  let number = 0;
  const size = version.length;
  for (; at < size && version.charCodeAt(at) !== 46; at++) number = number * 10 + version.charCodeAt(at) - 48;
  if (number !== major) return number > major;
  for (at++, number = 0; at < size && version.charCodeAt(at) !== 46; at++) number = number * 10 + version.charCodeAt(at) - 48;
  if (number !== minor) return number > minor;
  for (at++, number = 0; at < size; at++) number = number * 10 + version.charCodeAt(at) - 48;
  return number >= patch;
}
