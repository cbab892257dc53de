/** What flags, environments, segments, variants and rules may be called. */

import { LIMITS } from "../limits.ts";
import type { Issue } from "./issue.ts";
import { newReport, quote, raise, type Spot } from "./report.ts";
import { refuseType } from "./shape.ts";

/** Names that mean something to JavaScript itself; `then` would make an object of flags awaitable. */
export const RESERVED_KEYS: readonly string[] = ["__proto__", "constructor", "prototype", "then"];

interface KeyForm {
  readonly what: string;
  readonly pattern: RegExp;
  readonly reserved: readonly string[];
  readonly rule: string;
}

const LETTERS = "lower-case letters, digits, dots, underscores and hyphens";

function flagForm(what: string): KeyForm {
  const rule = `use ${LETTERS}, at most ${LIMITS.flagKey}, with a letter or digit first`;
  return { what, pattern: /^[a-z0-9][a-z0-9._-]{0,127}$/, reserved: RESERVED_KEYS, rule };
}

function variantForm(what: string, reserved: readonly string[]): KeyForm {
  const rule = `use ${LETTERS}, at most ${LIMITS.variantKey}, with a letter first`;
  return { what, pattern: /^[a-z][a-z0-9._-]{0,63}$/, reserved, rule };
}

const FLAG = flagForm("a flag key");
const ENVIRONMENT = flagForm("an environment's name");
const SEGMENT = flagForm("a segment's name");
const VARIANT = variantForm("a variant's name", RESERVED_KEYS);
const RULE = variantForm("a rule id", [...RESERVED_KEYS, "default"]);
/** Shorter, as it is a part of the ids of rules. */
const BUDGET: KeyForm = {
  what: "a budget's name",
  pattern: /^[a-z][a-z0-9._-]{0,39}$/,
  reserved: RESERVED_KEYS,
  rule: `use ${LETTERS}, at most 40, with a letter first`,
};

/**
 * Shape:  `^[a-z0-9][a-z0-9._-]{0,127}$`, no reserved name → undefined, else what is wrong with it.
 * Errors: none thrown.
 * Source: ADR-0002.
 */
export function checkFlagKey(key: unknown): Issue | undefined {
  return issueOf(key, FLAG);
}

/**
 * Shape:  `^[a-z][a-z0-9._-]{0,63}$`, no reserved name → undefined, else what is wrong with it.
 * Errors: none thrown.
 * Source: ADR-0002.
 */
export function checkVariantKey(key: unknown): Issue | undefined {
  return issueOf(key, VARIANT);
}

/**
 * Shape:  as a variant's name, and not `default`, which addresses the default's split → undefined, else what is wrong with it.
 * Errors: none thrown.
 * Source: ADR-0002.
 */
export function checkRuleId(key: unknown): Issue | undefined {
  return issueOf(key, RULE);
}

/**
 * Shape:  as a flag key → undefined, else what is wrong with it.
 * Errors: none thrown.
 */
export function checkSegmentKey(key: unknown): Issue | undefined {
  return issueOf(key, SEGMENT);
}

/**
 * Shape:  as a flag key → undefined, else what is wrong with it.
 * Errors: none thrown.
 */
export function checkEnvironmentKey(key: unknown): Issue | undefined {
  return issueOf(key, ENVIRONMENT);
}

export const checkFlagKeyAt = (key: unknown, at: Spot): boolean => checkKey(key, at, FLAG);
export const checkEnvironmentKeyAt = (key: unknown, at: Spot): boolean => checkKey(key, at, ENVIRONMENT);
export const checkSegmentKeyAt = (key: unknown, at: Spot): boolean => checkKey(key, at, SEGMENT);
export const checkVariantKeyAt = (key: unknown, at: Spot): boolean => checkKey(key, at, VARIANT);
export const checkBudgetKeyAt = (key: unknown, at: Spot): boolean => checkKey(key, at, BUDGET);
export const checkRuleIdAt = (key: unknown, at: Spot): boolean => checkKey(key, at, RULE);

function issueOf(key: unknown, form: KeyForm): Issue | undefined {
  const report = newReport();
  checkKey(key, { path: "", report }, form);
  return report.issues[0];
}

function checkKey(key: unknown, at: Spot, form: KeyForm): key is string {
  if (typeof key !== "string") refuseType(key, at, form.what, "a text");
  else if (form.reserved.includes(key)) raise(at, "reserved-key", `${form.what} cannot be ${quote(key)}`, "choose another name");
  else if (!form.pattern.test(key)) raise(at, "bad-key", `${form.what} cannot be ${quote(key)}`, mendKey(key, form));
  else return true;
  return false;
}

/** The rule, and what the key would look like by it. */
function mendKey(key: string, form: KeyForm): string {
  const tidy = key
    .slice(0, LIMITS.flagKey)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[^a-z0-9]+|-+$/g, "");
  return form.pattern.test(tidy) && !form.reserved.includes(tidy) ? `${form.rule}, such as \`${tidy}\`` : form.rule;
}
