/** Dimmer's pure core alone: `evaluate` over a compiled snapshot, to tell what the client adds. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkSnapshot, compileSnapshot, evaluate, snapshotFlag } from "@dimmer/evaluation";
import { attributesOf, RULES, SHARE_OF_B, SPLIT_OF_C, RULE_VARIANTS } from "../workload.mjs";

/** A snapshot as the server sends it: values apart, by digest, so that equal values travel once. */
export function writeConfig(flags) {
  const values = {};
  const snapshotFlags = {};
  for (const { key, kind, values: objects } of flags) {
    const definition = definitionOf(kind, objects);
    const published = (variant) => {
      const { value } = definition.variants[variant];
      const digest = digestOf(value);
      values[digest] = JSON.stringify(value);
      return { version: 1, digest };
    };
    snapshotFlags[key] = snapshotFlag(definition, configOf(kind), { revision: 1, salt: key, published });
  }
  const about = { format: 1, project: "bench", environment: "production", epoch: "bench", version: 1 };
  return JSON.stringify({ ...about, flags: snapshotFlags, segments: {}, values });
}

const digestOf = (value) => `sha256-${createHash("sha256").update(JSON.stringify(value)).digest("base64url")}`;

/** Type and variants of a flag of a kind; `values` are those of kind c. */
export function definitionOf(kind, values) {
  if (kind !== "c") return { type: "boolean", variants: { on: { value: true }, off: { value: false } } };
  const variants = Object.entries(values).map(([name, value]) => [name, { value }]);
  return { type: "object", variants: Object.fromEntries(variants) };
}

/** What a flag of a kind does in the one environment there is. */
export const configOf = (kind) => CONFIGS[kind]();

const CONFIGS = {
  a: () => ({ enabled: true, fallback: "off", default: { variant: "on" } }),
  b: () => ({ enabled: true, fallback: "off", default: { split: { on: SHARE_OF_B, off: 100 - SHARE_OF_B } } }),
  c: () => ({ enabled: true, fallback: "v0", rules: rules(), default: { split: SPLIT_OF_C } }),
};

function rules() {
  const conditions = [
    { country: RULES.countries },
    { appVersion: { semver: { gte: RULES.minVersion } } },
    { score: { gt: RULES.scoreAbove } },
    { email: { endsWith: RULES.emailSuffix } },
    { plan: RULES.plan, region: RULES.region },
  ];
  return conditions.map((when, i) => ({ id: `r${i}`, when, serve: { variant: RULE_VARIANTS[i] } }));
}

/** Checks and compiles the snapshot. */
export async function start(path) {
  const { value, issues } = checkSnapshot(JSON.parse(readFileSync(path, "utf8")));
  if (value === undefined) throw new Error(`the snapshot is refused: ${JSON.stringify(issues)}`);
  const snapshot = compileSnapshot(value);
  const decide = (key, context) => evaluate(snapshot, key, context);
  return { context: dimmerContext, calls: { a: decide, b: decide, c: decide }, close: () => {} };
}

export const dimmerContext = (user) => ({ targetingKey: user.id, ...attributesOf(user) });
