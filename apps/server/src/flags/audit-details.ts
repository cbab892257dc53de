/** What the audit keeps of a change. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import type { ChangeRecord } from "../storage/store.ts";
import type { Reviewed } from "./apply-change.ts";
import { digestOf } from "./value-digest.ts";

/** The operations in full, values by digest: prompts are in the value versions, immutable and under the same digests. */
export function auditDetails(change: ChangeRecord, { file, reviewed, exempt = [] }: AuditNotes = {}): JsonValue {
  const { id, sequence, source, reason, summary, versions, undoes } = change;
  const operations = auditOperations(change.operations);
  const notes = {
    ...(file === undefined ? {} : { file }),
    ...(reviewed === undefined ? {} : { request: reviewed.request, approvals: reviewed.approvals as unknown as JsonValue }),
    ...(exempt.length === 0 ? {} : { exemptFromReview: exempt }),
  };
  return { change: id, sequence, source, ...notes, reason, undoes, summary, versions, operations };
}

/** How the change came about, as far as the change itself does not say. */
export interface AuditNotes {
  readonly file?: string | undefined;
  readonly reviewed?: Reviewed | undefined;
  /** Environments that require review, and that a kill or stop reached without it. */
  readonly exempt?: readonly string[];
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
