/** The neutral description of the work: flags of three kinds, ten thousand contexts, and the right answers. */

import assert from "node:assert/strict";

/** a: a boolean, on for everyone; b: a boolean for 10 %; c: five rules, then a three-way split, giving an object. */
export const KINDS = ["a", "b", "c"];
export const CONTEXTS = 10_000;

export const SHARE_OF_B = 10;
/** Variant keys of kind c with their percentages. */
export const SPLIT_OF_C = { v0: 50, v1: 30, v2: 20 };

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const COUNTRIES = Array.from({ length: 200 }, (_, i) => LETTERS[Math.floor(i / 26)] + LETTERS[i % 26]);
const MODELS = ["small-2", "large-2", "reason-1"];

/** What the five rules of kind c ask, in order: each contestant says it in its own words. */
export const RULES = {
  countries: Array.from({ length: 20 }, (_, i) => COUNTRIES[i * 10 + 3]),
  minVersion: "9.0.0",
  scoreAbove: 900,
  emailSuffix: "@internal.example.com",
  plan: "enterprise",
  region: "eu",
};
/** The variant that each of the five rules serves. */
export const RULE_VARIANTS = ["v0", "v1", "v2", "v0", "v1"];

/**
 * The flags: a third of each kind, in turn. With `values: "own"` every flag of kind c has values that no other flag has,
 * as prompts do; with `"shared"` all have the same three.
 */
export function makeFlags(count, values = "own") {
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[i % 3];
    const key = `flag-${kind}-${i}`;
    return kind === "c" ? { key, kind, values: valuesOf(values === "own" ? key : "the support desk") } : { key, kind };
  });
}

/** Three objects of about 270 bytes as JSON. */
function valuesOf(subject) {
  return {
    v0: valueOf(0, subject, { temperature: 0.2, maxTokens: 512 }),
    v1: valueOf(1, subject, { temperature: 0.7, maxTokens: 2048 }),
    v2: valueOf(2, subject, { temperature: 1, maxTokens: 8192 }),
  };
}

function valueOf(index, subject, { temperature, maxTokens }) {
  return {
    model: MODELS[index],
    temperature,
    maxTokens,
    system: `You are a helpful assistant for ${subject}. Answer briefly and cite the article that you used.`,
    tools: ["search", "lookup_order", "refund"].slice(0, index + 1),
    safety: { block: ["pii", "self-harm"], threshold: 0.8 },
  };
}

/** The variant that a value of kind c belongs to. */
export const variantOfValue = (value) => `v${MODELS.indexOf(value?.model)}`;

/** Ten thousand people, the same in every run. */
export function makeUsers(count = CONTEXTS) {
  const random = seededRandom(42);
  const below = (limit) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, i) => {
    const id = `user-${String(i).padStart(8, "0")}-${below(1e6).toString(36).padStart(4, "0")}`;
    return {
      id,
      country: COUNTRIES[below(200)],
      appVersion: `${below(10)}.${below(30)}.${below(100)}`,
      score: below(1001),
      email: id + (random() < 0.1 ? RULES.emailSuffix : "@example.org"),
      plan: ["free", "pro", "enterprise"][below(3)],
      region: ["us", "eu", "apac"][below(3)],
    };
  });
}

/** Who a user is without the id, as most contestants want it: the attributes. */
export function attributesOf({ country, appVersion, score, email, plan, region }) {
  return { country, appVersion, score, email, plan, region };
}

/** The index of the first of the five rules that holds, or −1 where the split decides. */
export function expectedRule(user) {
  return [
    RULES.countries.includes(user.country),
    Number(user.appVersion.split(".")[0]) >= Number(RULES.minVersion.split(".")[0]),
    user.score > RULES.scoreAbove,
    user.email.endsWith(RULES.emailSuffix),
    user.plan === RULES.plan && user.region === RULES.region,
  ].indexOf(true);
}

/** Flag keys by kind. */
export function keysByKind(flags) {
  const keys = { a: [], b: [], c: [] };
  for (const { key, kind } of flags) keys[kind].push(key);
  for (const kind of KINDS) assert(keys[kind].length > 0, `the workload has no flag of kind ${kind}`);
  return keys;
}

/** mulberry32: small, seeded, good enough to draw people. */
function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
