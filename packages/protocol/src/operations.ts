/** The closed union of semantic edits: everything that can change a project's flags and segments. */

import { z } from "zod";
import type {
  Condition,
  ContextDeclaration,
  Expectation,
  FlagDefinition,
  FlagEnvironment,
  Rule,
  SegmentDefinition,
  SegmentEnvironment,
  Serve,
  SpendBudget,
} from "@dimmer/evaluation";
import { SnippetVersions } from "./snippets.ts";

/**
 * Parts of the flag document pass through as they are: `parse*` of `@dimmer/evaluation` decides what is valid and gives
 * better messages than a schema could. The ids name the components that OpenAPI describes from `spec/flag-document.schema.json`.
 */
const documentPart = <T>(id: string) => z.custom<T>((value) => typeof value === "object" && value !== null).meta({ id });
export const FlagDefinitionPart = documentPart<FlagDefinition>("FlagDefinition");
export const FlagEnvironmentPart = documentPart<FlagEnvironment>("FlagEnvironment");
export const RulePart = documentPart<Rule>("Rule");
export const ServePart = documentPart<Serve>("Serve");
export const ConditionPart = documentPart<Condition>("Condition");
export const ExpectationPart = documentPart<Expectation>("Expectation");
export const SpendBudgetPart = documentPart<SpendBudget>("SpendBudget");
export const SegmentDefinitionPart = documentPart<SegmentDefinition>("SegmentDefinition");
export const SegmentEnvironmentPart = documentPart<SegmentEnvironment>("SegmentEnvironment");
export const ContextDeclarationPart = documentPart<ContextDeclaration>("ContextDeclaration");

const key = z.string().min(1).max(128);
const flag = key.describe("Flag key");
const environment = key.describe("Environment key");
const variant = z.string().min(1).max(64).describe("Variant name");
/** Address of a split or a served variant: a rule id, or `default`. */
const rule = z.string().min(1).max(64).describe("Rule id, or `default`");
const percent = z.number().min(0).max(100).describe("Percent, at most three decimals");
const calls = z.int().min(1).max(1_000_000).describe("Calls a minute of each instance of the app, by itself.");
const microUsd = z.int().min(1).max(10_000_000_000_000).describe("Of all instances together, in a day of UTC.");
/** What a file is called: a path, or where it lies in git. */
export const FileName = z.string().min(1).max(300);
/** Versions of the snippets that the values use; the newest unless given. A change that is kept names them all. */
const snippets = SnippetVersions.optional();
const here = { flag, environment };
const op = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) => z.strictObject({ kind: z.literal(kind), ...shape });

/** The shared fields of a flag that `update-flag` may set; null removes an optional one. */
export const FlagFields = z.strictObject({
  description: z.string().nullable().optional(),
  tags: z.array(z.string()).nullable().optional(),
  links: z.record(z.string(), z.string()).nullable().optional(),
  purpose: z.enum(["release", "kill-switch", "experiment", "entitlement", "config"]).optional(),
  owner: z.string().optional(),
  removeBy: z.string().nullable().optional(),
  permanent: z.literal(true).nullable().optional(),
  audience: z.enum(["server", "browser"]).nullable().optional(),
  schema: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .nullable()
    .optional(),
  inputs: z.array(z.string()).nullable().optional(),
  expect: z.array(ExpectationPart).nullable().optional(),
});
export type FlagFields = z.infer<typeof FlagFields>;

const VariantFields = z.strictObject({
  description: z.string().nullable().optional(),
  only: ConditionPart.nullable().optional(),
});

export const Operation = z.discriminatedUnion("kind", [
  // A flag, in every environment.
  op("create-flag", { flag, definition: FlagDefinitionPart, snippets }),
  op("update-flag", { flag, fields: FlagFields }),
  op("archive-flag", { flag }),
  op("unarchive-flag", { flag }),
  /** The file owns definition and rules from now on; `moved` says which splits were moved by hand since it brought them. */
  op("own-flag", { flag, file: FileName, moved: z.record(z.string(), z.record(variant, percent)).optional() }),
  op("release-flag", { flag }),
  /** `at` is its place among the variants, the last unless given. */
  op("add-variant", {
    flag,
    variant,
    value: z.unknown(),
    snippets,
    description: z.string().optional(),
    only: ConditionPart.optional(),
    at: z.int().min(0).max(99).optional(),
  }),
  op("update-variant", { flag, variant, fields: VariantFields }),
  op("remove-variant", { flag, variant }),
  op("draft-value", { flag, variant, value: z.unknown(), snippets }),
  op("discard-draft", { flag, variant }),
  /** Without `version` the draft becomes the next version; with one, an earlier or later version is served. */
  op("publish", { flag, variant, environments: z.array(environment).min(1).max(100), version: z.int().min(1).optional() }),

  // A flag in one environment. Kill and stop are never refused for revision or validity; only `restore` lifts them.
  op("kill", here),
  op("stop", { ...here, variant }),
  op("restore", { ...here, variant: variant.optional() }),
  op("configure-environment", { ...here, config: FlagEnvironmentPart }),
  op("remove-environment", here),
  op("serve-all", { ...here, variant }),
  op("ramp", { ...here, rule, variant, percent }),
  op("set-split", { ...here, rule, split: z.record(variant, percent) }),
  op("fresh-people", { ...here, rule, offset: z.int().min(0).max(99_999) }),
  op("set-serve", { ...here, rule, serve: ServePart }),
  op("set-rule", { ...here, rule: RulePart, at: z.int().min(0).max(499).optional() }),
  op("move-rule", { ...here, rule, to: z.int().min(0).max(499) }),
  op("remove-rule", { ...here, rule }),
  op("set-targets", { ...here, targets: z.record(variant, z.array(z.string())) }),
  op("set-fallback", {
    ...here,
    fallback: z.union([variant, z.array(z.strictObject({ when: ConditionPart.optional(), variant }))]),
  }),
  op("set-requires", { ...here, requires: z.array(z.strictObject({ flag, variant: z.union([variant, z.array(variant)]) })) }),
  op("set-budgets", { ...here, budgets: z.record(variant, z.strictObject({ callsPerMinute: calls })) }),
  op("set-shadow", {
    ...here,
    shadow: z.strictObject({ variant, percent, callsPerMinute: calls, dailyBudgetMicroUsd: microUsd.optional() }).nullable(),
  }),
  /** One budget in dollars; null takes it away. */
  op("set-spend", { ...here, budget: z.string().min(1).max(40), spend: SpendBudgetPart.nullable() }),
  op("set-pin", { ...here, pin: z.strictObject({ by: z.string(), for: z.string() }).nullable() }),

  // A segment.
  op("create-segment", { segment: key, definition: SegmentDefinitionPart }),
  op("update-segment", { segment: key, description: z.string().nullable() }),
  op("set-segment", { segment: key, environment, config: SegmentEnvironmentPart.nullable() }),
  op("remove-segment", { segment: key }),
  /** The file owns the segment from now on, in every environment. */
  op("own-segment", { segment: key, file: FileName }),
  op("release-segment", { segment: key }),

  /** What evaluation contexts are like, in every environment; null takes the declaration away. */
  op("declare-context", { context: ContextDeclarationPart.nullable() }),
]);

export type Operation = z.infer<typeof Operation>;
export type OperationKind = Operation["kind"];
