/** Every value that a flag has or may come to serve satisfies the flag's schema. */

import type { JsonValue } from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import type { FlagRecord, ValueVersionRecord } from "../storage/store.ts";
import type { Finding } from "./locate-issue.ts";
import { flagResource, type ProjectState } from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";
import { compileValueSchema } from "./value-schema.ts";

/**
 * Shape:  drafts, newest versions and whatever is published anywhere; a schema that does not compile is a finding of its own.
 * Errors: none thrown.
 */
export function checkValues(state: ProjectState, record: FlagRecord): Finding[] {
  const { schema } = record.definition;
  const versions = state.versions.get(record.key);
  if (schema === undefined || versions === undefined) return [];
  const resource = flagResource(record.key);
  const compiled = compileValueSchema(schema);
  if ("issues" in compiled)
    return compiled.issues.map((issue) => ({ resource, issue: { ...issue, path: `/schema${issue.path}` } }));
  return Object.keys(record.variants).flatMap((variant) =>
    valuesOf(record, versions, variant).flatMap(({ name, value }) =>
      compiled.check(value).map((issue) => {
        const path = `/variants${pointerSegment(variant)}/value${issue.path}`;
        return { resource, issue: { ...issue, path, message: `${variant} (${name}): ${issue.message}` } };
      }),
    ),
  );
}

/** A value by what it is called in a sentence. */
export interface NamedValue {
  readonly name: string;
  readonly value: JsonValue;
}

/** Shape: drafts, newest versions and whatever is published anywhere. */
export function valuesOf(record: FlagRecord, versions: readonly ValueVersionRecord[], variant: string): NamedValue[] {
  const { latest, draft } = record.variants[variant] ?? {};
  const numbers = new Set([latest, ...Object.values(record.environments).map(({ config }) => config.published?.[variant])]);
  const served = versions.filter((version) => version.variant === variant && numbers.has(version.number));
  assert(
    served.some((version) => version.number === latest),
    `the newest version of ${record.key}:${variant} was loaded`,
  );
  const drafted = draft === undefined ? [] : [{ name: "draft", value: draft.value }];
  return [...drafted, ...served.map(({ number, value }) => ({ name: `version ${number}`, value }))];
}
