/** Checks values against a flag's `schema`: a built-in by name, or the flag's own JSON Schema (2020-12). */

import { strict as assert } from "node:assert";
import { createContext, Script } from "node:vm";
import { Ajv2020, type AnySchemaObject, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { RE2JS } from "re2js";
import type { FlagDefinition, Issue, JsonValue } from "@dimmer/evaluation";
import { AI_CONFIG_SCHEMA } from "./ai-config-schema.ts";

export const SCHEMA_LIMITS = {
  /** UTF-16 code units of a schema as JSON. */
  text: 64_000,
  /** Objects and arrays within each other. */
  depth: 64,
  pattern: 1_000,
  /** Compiling, and checking one value: a schema can be written so that either takes for ever. */
  workMs: 1_000,
  /** Compiled schemas kept. */
  cached: 100,
  /** Issues reported for one value. */
  issues: 20,
} as const;

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

const BUILT_IN: Readonly<Record<string, AnySchemaObject>> = { "ai-config": AI_CONFIG_SCHEMA };

type Schema = NonNullable<FlagDefinition["schema"]>;

/** Says what is wrong with a value; with a path inside it. */
export type ValueCheck = (value: JsonValue) => readonly Issue[];

/**
 * Compiles a flag's schema.
 *
 * Shape:  a check for values, or the issues of the schema itself, with paths inside the schema.
 * Errors: none thrown; patterns are RE2, `$ref` stays inside the schema, and work is bounded in time.
 */
export function compileValueSchema(schema: Schema): { readonly check: ValueCheck } | { readonly issues: readonly Issue[] } {
  if (typeof schema !== "string") return compileOwn(schema);
  const builtIn = compileBuiltIn(schema);
  if (builtIn !== undefined) return { check: checkWith(builtIn) };
  const known = Object.keys(BUILT_IN).join(", ");
  return {
    issues: [
      issueOf("", "unknown-schema", `There is no built-in schema "${schema}".`, `Built in: ${known}; or give a JSON Schema.`),
    ],
  };
}

const builtIns = new Map<string, ValidateFunction>();

/** Ours compile without a bound, as they are known to compile. */
function compileBuiltIn(name: string): ValidateFunction | undefined {
  const schema = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (schema === undefined) return undefined;
  const validate = builtIns.get(name) ?? newAjv().compile(schema);
  builtIns.set(name, validate);
  return validate;
}

const compiled = new Map<string, ValidateFunction>();

function compileOwn(schema: AnySchemaObject): { readonly check: ValueCheck } | { readonly issues: readonly Issue[] } {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return { check: checkWith(known) };
  const why = text.length > SCHEMA_LIMITS.text ? `longer than ${SCHEMA_LIMITS.text} characters` : tooDeep(schema);
  if (why !== undefined) return { issues: [issueOf("", "schema-too-large", `The schema is ${why}.`, "Make it smaller.")] };
  try {
    const wrong = checkIsSchema(schema);
    if (wrong.length > 0) return { issues: wrong };
    const validate = withinTime(() => newAjv().compile(schema));
    if (compiled.size >= SCHEMA_LIMITS.cached) compiled.delete([...compiled.keys()][0] ?? "");
    compiled.set(text, validate);
    return { check: checkWith(validate) };
  } catch (error) {
    return {
      issues: [issueOf("", "invalid-schema", `The schema does not compile: ${messageOf(error)}.`, "Correct the schema.")],
    };
  }
}

let dialect: ValidateFunction | undefined;

/** Whether it is JSON Schema at all, by the dialect's own schema, which takes far longer to compile than any of ours. */
function checkIsSchema(schema: AnySchemaObject): readonly Issue[] {
  dialect ??= new Ajv2020({ strict: false, logger: false }).getSchema(DIALECT);
  assert(dialect !== undefined, "ajv carries the dialect's schema");
  const isSchema = dialect;
  if (withinTime(() => isSchema(schema))) return [];
  return (isSchema.errors ?? []).slice(0, SCHEMA_LIMITS.issues).map(schemaIssue);
}

/** Its own instance for every schema, so that an `$id` of one never answers a `$ref` of another. */
function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    meta: false,
    addUsedSchema: false,
    validateSchema: false,
    code: { regExp: Object.assign(linearPattern, { code: "linearPattern" }) },
  });
  // The types of its CommonJS default export do not fit an ES module.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv;
}

/** Ajv keys its patterns by `toString()`, so that each needs one of its own. */
function linearPattern(pattern: string, _flags: string) {
  if (pattern.length > SCHEMA_LIMITS.pattern) throw new Error(`a pattern is longer than ${SCHEMA_LIMITS.pattern} characters`);
  const expression = RE2JS.compile(pattern);
  return { test: (text: string) => expression.matcher(text).find(), toString: () => `re2:${pattern}` };
}

function checkWith(validate: ValidateFunction): ValueCheck {
  return (value) => {
    try {
      if (withinTime(() => validate(value))) return [];
    } catch (error) {
      return [issueOf("", "schema-gave-up", `The schema could not be applied: ${messageOf(error)}.`, "Make the schema simpler.")];
    }
    return (validate.errors ?? []).slice(0, SCHEMA_LIMITS.issues).map(valueIssue);
  };
}

const clockwork = createContext(Object.create(null) as object);
const runWork = new Script("work()");

/** A `vm` timeout stops whatever runs, our functions included; nothing else on this thread can. */
function withinTime<T>(work: () => T): T {
  clockwork["work"] = work;
  try {
    return runWork.runInContext(clockwork, { timeout: SCHEMA_LIMITS.workMs }) as T;
  } finally {
    delete clockwork["work"];
  }
}

function tooDeep(schema: unknown, depth = 0): string | undefined {
  if (depth > SCHEMA_LIMITS.depth) return `nested deeper than ${SCHEMA_LIMITS.depth}`;
  if (typeof schema !== "object" || schema === null) return undefined;
  for (const part of Object.values(schema)) {
    const why = tooDeep(part, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}

function schemaIssue(error: ErrorObject): Issue {
  return issueOf(
    error.instancePath,
    "invalid-schema",
    `This is not JSON Schema: ${error.message ?? error.keyword}.`,
    "Correct the schema.",
  );
}

function valueIssue(error: ErrorObject): Issue {
  const extra = error.keyword === "additionalProperties" ? ` (${String(error.params["additionalProperty"])})` : "";
  const allowed = error.keyword === "enum" ? `: ${JSON.stringify(error.params["allowedValues"])}` : "";
  return issueOf(
    error.instancePath,
    "schema",
    `The value does not satisfy the flag's schema: ${error.message ?? error.keyword}${extra}${allowed}.`,
    "Correct the value, or the schema.",
  );
}

function issueOf(path: string, code: string, message: string, mend: string): Issue {
  return { path, code, message, mend, severity: "error" };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
