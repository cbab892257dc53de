/** What the audit keeps of a change. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import type { ChangeRecord } from "../storage/store.ts";
import { digestOf } from "./value-digest.ts";

/** The operations in full, values by digest: prompts are in the value versions, immutable and under the same digests. */
export function auditDetails(change: ChangeRecord, file?: string): JsonValue {
  const { id, sequence, source, reason, summary, versions, undoes } = change;
  const operations = auditOperations(change.operations);
  const by = file === undefined ? {} : { file };
  return { change: id, sequence, source, ...by, reason, undoes, summary, versions, operations };
}

export const auditOperations = (operations: readonly Operation[]): JsonValue => operations.map(condense) as JsonValue;

function condense(operation: Operation): unknown {
  if (operation.kind === "draft-value" || operation.kind === "add-variant")
    return { ...operation, value: digestText(operation.value) };
  if (operation.kind !== "create-flag" || operation.definition.variants === undefined) return operation;
  const variants = Object.entries(operation.definition.variants).map(([name, variant]) => {
    return [name, { ...variant, value: digestText(variant.value) }] as const;
  });
  return { ...operation, definition: { ...operation.definition, variants: Object.fromEntries(variants) } };
}

const digestText = (value: unknown): string => digestOf(value as JsonValue);
