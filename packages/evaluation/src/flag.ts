/** The authored document: what people write in the dashboard, the API or `dimmer.yaml`. */

import type { StoredSplit } from "./bucketing/split.ts";
import type { ContextDeclaration } from "./declaration.ts";
import type { JsonValue } from "./json.ts";

export const DOCUMENT_VERSION = 1;

export type FlagType = "boolean" | "string" | "number" | "object";
export type Purpose = "release" | "kill-switch" | "experiment" | "entitlement" | "config";
export type Audience = "server" | "browser";

/**
 * A whole authored document.
 *
 * Shape:  the same for the API, the dashboard and a file; `spec/flag-document.schema.json` describes it.
 * Errors: none by itself; `parseDocument` gives `{ value, issues }`.
 * Source: design of the flag document; ADR-0002.
 */
export interface FlagDocument {
  readonly version: typeof DOCUMENT_VERSION;
  /** What contexts are like; conditions are held against it. */
  readonly context?: ContextDeclaration;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  readonly segments?: Readonly<Record<string, SegmentDefinition>>;
}

/** One flag, defined once per project and configured per environment. */
export interface FlagDefinition {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
  readonly type: FlagType;
  readonly purpose: Purpose;
  readonly owner: string;
  /** Calendar date, `YYYY-MM-DD`; exactly one of `removeBy` and `permanent: true` is given. */
  readonly removeBy?: string;
  readonly permanent?: true;
  readonly audience?: Audience;
  /** Name of a built-in schema, or a JSON Schema (2020-12) that every variant's value must satisfy. */
  readonly schema?: string | { readonly [key: string]: JsonValue };
  /**
   * Variables that the app gives to the templates of an `ai-config`: a name, with `?` behind it where the app may leave it out. With
   * them a template that asks for another is refused.
   */
  readonly inputs?: readonly string[];
  /** Who must, or must never, get which variant; a save that breaks one is refused. */
  readonly expect?: readonly Expectation[];
  /** What the flag's splits hash with; the flag key at creation, written only where it differs from the key (after a rename). */
  readonly salt?: string;
  /** In authored order; a boolean flag without variants has `on` (true) and `off` (false). */
  readonly variants?: Readonly<Record<string, VariantDefinition>>;
  readonly environments?: Readonly<Record<string, FlagEnvironment>>;
}

/** What somebody with this context gets; exactly one of `serves` and `never` is given. */
export interface Expectation {
  /** Where it holds; wherever the flag is configured unless given. */
  readonly environments?: readonly string[];
  readonly context: { readonly [attribute: string]: JsonValue };
  readonly serves?: string | readonly string[];
  readonly never?: string | readonly string[];
}

export interface VariantDefinition {
  readonly value: JsonValue;
  readonly description?: string;
  /** Number → value of earlier versions that an environment still serves (`published`); written by export. */
  readonly versions?: Readonly<Record<string, JsonValue>>;
  /** Who may ever get this variant; must be *true*, an unknown fails closed. */
  readonly only?: Condition;
}

/** What a flag does in one environment. */
export interface FlagEnvironment {
  readonly enabled: boolean;
  /** One variant name, or the first entry whose `when` holds and whose variant is not stopped. */
  readonly fallback: string | readonly FallbackEntry[];
  readonly stopped?: readonly string[];
  readonly requires?: readonly Requirement[];
  readonly pin?: PinPolicy;
  /** Variant → how often an app may call it; what is over it takes the next of the fallback. */
  readonly budgets?: Readonly<Record<string, Budget>>;
  readonly shadow?: ShadowPolicy;
  /** Name → what may be spent in a day or a month, of all instances together. */
  readonly spend?: Readonly<Record<string, SpendBudget>>;
  /** Variant name → targeting keys. */
  readonly targets?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: readonly Rule[];
  readonly default: Serve;
  /** Variant name → number of the value version that this environment serves; written by export where it matters. */
  readonly published?: Readonly<Record<string, number>>;
  /** Variant name → pin epoch, written by export where it is not 0. */
  readonly pinEpochs?: Readonly<Record<string, number>>;
}

export interface FallbackEntry {
  readonly when?: Condition;
  readonly variant: string;
}

export interface Requirement {
  readonly flag: string;
  readonly variant: string | readonly string[];
}

export interface PinPolicy {
  /** The attribute that names the session or conversation. */
  readonly by: string;
  /** A number and a unit: `30m`, `24h`, `7d`. */
  readonly for: string;
}

/** How often a variant may be called. */
export interface Budget {
  /** Of each instance of the app, by itself; a minute's worth may come at once. */
  readonly callsPerMinute: number;
}

/** A variant that is tried unseen, beside what people get. */
export interface ShadowPolicy extends Budget {
  readonly variant: string;
  /** Of people, the same ones each time; at most three decimals. */
  readonly percent: number;
  /** What its calls may cost in a day of UTC, of all instances together. */
  readonly dailyBudgetMicroUsd?: number;
}

/**
 * What may be spent in a period of UTC, of all instances together, as the server adds it up.
 *
 * Shape:  of the whole flag, or of one `variant`, or of what people get by an `attribute`: those of one `value`, or each value by itself.
 *         From the amount on the `cheaper` variant is served, and from `offAt` per cent of it what costs nothing; a variant's own steps
 *         down to the fallback.
 * Errors: none by itself; `parseDocument` gives `{ value, issues }`.
 * Source: ADR-0064.
 */
export interface SpendBudget {
  readonly period: "day" | "month";
  readonly amountMicroUsd: number;
  readonly variant?: string;
  readonly attribute?: string;
  readonly value?: Scalar;
  /** Per cent of the amount at which somebody is told; 80 unless given. */
  readonly warnAt?: number;
  readonly cheaper?: string;
  /** Per cent of the amount; 120 unless given. */
  readonly offAt?: number;
}

export interface Rule {
  /** Permanent address of the rule's split; unique in the flag's environment and never `default`. */
  readonly id: string;
  readonly name?: string;
  /** Without it the rule holds for everyone. */
  readonly when?: Condition;
  readonly serve: Serve;
}

export type Serve = ServeVariant | ServeSplit;

export interface ServeVariant {
  readonly variant: string;
}

export interface ServeSplit {
  /** Variant name → percent, at most three decimals; sums to 100 unless there is a `rest`. */
  readonly split: Readonly<Record<string, number>>;
  /** The attribute that is hashed; the targeting key unless given. */
  readonly by?: string;
  /** The variant for a context that may not have one of the split's live variants. */
  readonly else?: string;
  /** What slots get that no range covers. */
  readonly rest?: Rest;
  /** Where the percentages lie; written by export and by `dimmer ramp --file`. */
  readonly stored?: StoredSplit;
}

/** A variant, or *next rule*: the evaluation goes on below as if this rule had not matched. */
export type Rest = { readonly variant: string } | "next-rule";

/** A list of keys and a tree per environment. */
export interface SegmentDefinition {
  readonly description?: string;
  readonly environments?: Readonly<Record<string, SegmentEnvironment>>;
}

export interface SegmentEnvironment {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly when?: Condition;
}

/**
 * A condition tree. Attributes of one object are ANDed with each other and with `all`, `any`, `not`, `segment`;
 * `attribute: {…}` escapes an attribute that has one of those five names.
 *
 * Shape:  `{ plan: "pro" }` · `{ plan: ["pro", "team"] }` · `{ age: { gte: 18, lt: 65 } }` · `{ any: [{…}, {…}] }`.
 * Errors: empty trees and unknown operators are refused by `parseDocument`; in a snapshot they are *unknown*.
 * Source: ADR-0003.
 */
export interface Condition {
  readonly all?: readonly Condition[];
  readonly any?: readonly Condition[];
  readonly not?: Condition;
  readonly segment?: string | readonly string[];
  readonly attribute?: Readonly<Record<string, AttributeTest>>;
  readonly [attribute: string]: unknown;
}

/** A scalar is `eq`, a list is `in`, an object lists operators that must all hold for one and the same element. */
export type AttributeTest = Scalar | readonly Scalar[] | Operators;
export type Scalar = string | number | boolean;

export interface Operators {
  readonly eq?: Scalar;
  readonly in?: readonly Scalar[];
  readonly contains?: string | readonly string[];
  readonly startsWith?: string | readonly string[];
  readonly endsWith?: string | readonly string[];
  /** RE2 syntax, unanchored. */
  readonly matches?: string | readonly string[];
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  /** RFC 3339 with time and zone, or epoch milliseconds. */
  readonly before?: string | number;
  readonly after?: string | number;
  readonly semver?: SemverOperators;
  readonly cidr?: string | readonly string[];
  readonly exists?: boolean;
}

export interface SemverOperators {
  readonly eq?: string;
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
}

/** The names in a condition that are not attributes. */
export const CONDITION_WORDS = ["all", "any", "not", "segment", "attribute"] as const;

/** Every operator this version knows. */
export const OPERATORS = [
  "eq",
  "in",
  "contains",
  "startsWith",
  "endsWith",
  "matches",
  "gt",
  "gte",
  "lt",
  "lte",
  "before",
  "after",
  "semver",
  "cidr",
  "exists",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** The variants of a flag; a boolean flag that lists none has `on` and `off`. */
export function variantsOf(flag: Pick<FlagDefinition, "type" | "variants">): Readonly<Record<string, VariantDefinition>> {
  if (flag.variants !== undefined) return flag.variants;
  return flag.type === "boolean" ? BOOLEAN_VARIANTS : NO_VARIANTS;
}

const BOOLEAN_VARIANTS: Readonly<Record<string, VariantDefinition>> = { on: { value: true }, off: { value: false } };
const NO_VARIANTS: Readonly<Record<string, VariantDefinition>> = {};
