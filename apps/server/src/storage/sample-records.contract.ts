/** Small, whole records for tests of stores and rooms. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type {
  AuditHeadRecord,
  AuditLinkRecord,
  AuditPayloadRecord,
  ChangeRecord,
  EnvironmentRecord,
  FlagRecord,
  KeyRecord,
  RequestAnswerRecord,
  SegmentRecord,
  Store,
  StoreTransaction,
  ValueVersionRecord,
} from "./store.ts";

export const CONFIG: FlagEnvironment = { enabled: true, fallback: "sonnet", default: { variant: "sonnet" } };

/** A project `shop` with `production` and `staging`, and whatever else is put in the same transaction. */
export async function withProject(store: Store, more: (tx: StoreTransaction) => Promise<void> = async () => {}): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
    await tx.putEnvironment(environmentRecord({ key: "production", production: true, createdAt: 2 }));
    await tx.putEnvironment(environmentRecord({ key: "staging", createdAt: 3 }));
    await more(tx);
  });
}

export function environmentRecord(more: Partial<EnvironmentRecord>): EnvironmentRecord {
  return {
    project: "shop",
    key: "production",
    name: "Name",
    production: false,
    requireReview: 2,
    requireEvals: [{ flag: "summarizer", suite: "faq", scorer: "exact", atLeast: 0.9, maxAgeHours: 24 }],
    epoch: "e",
    version: 0,
    createdAt: 1,
    ...more,
  };
}

export function flagRecord(more: Partial<FlagRecord>): FlagRecord {
  return {
    project: "shop",
    key: "summarizer",
    revision: 1,
    salt: "summarizer",
    definition: { type: "object", purpose: "release", owner: "search-team", permanent: true },
    variants: { opus: { latest: 1 }, sonnet: { latest: 1 } },
    environments: {},
    file: null,
    archivedAt: null,
    createdAt: 10,
    updatedAt: 11,
    ...more,
  };
}

export function valueVersion(more: Partial<ValueVersionRecord>): ValueVersionRecord {
  return { project: "shop", flag: "summarizer", variant: "opus", number: 1, digest: "d", value: true, createdAt: 1, ...more };
}

export function segmentRecord(more: Partial<SegmentRecord>): SegmentRecord {
  return {
    project: "shop",
    key: "beta",
    revision: 1,
    definition: { description: "Beta testers" },
    environments: {},
    file: null,
    removedAt: null,
    createdAt: 1,
    updatedAt: 2,
    ...more,
  };
}

export function changeRecord(more: Partial<ChangeRecord> & { readonly sequence: number }): ChangeRecord {
  return {
    project: "shop",
    id: `change-${more.sequence}`,
    at: 1_700_000_000_000,
    actor: { kind: "key", id: "key_1", name: "deploy" },
    reason: null,
    source: "api",
    operations: [{ kind: "archive-flag", flag: "a" }],
    inverse: [{ kind: "unarchive-flag", flag: "a" }],
    effects: [],
    versions: { production: 1 },
    summary: ["archived a"],
    undoes: null,
    undoneBy: null,
    ...more,
  };
}

export function keyRecord(more: Partial<KeyRecord>): KeyRecord {
  return {
    id: "key_1",
    kind: "admin",
    name: "deploy",
    prefix: "dm_admin_abcd",
    hash: "hash",
    role: "admin",
    project: null,
    environment: null,
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    ...more,
  };
}

export function requestAnswer(more: Partial<RequestAnswerRecord>): RequestAnswerRecord {
  return { caller: "key_1", idempotencyKey: "a", at: 1, fingerprint: "f", status: 201, sealed: "v1.sealed", ...more };
}

/** A row of an audit chain for the store alone, which does not look at hashes. */
export function linkRecords(
  sequence: number,
  more: { readonly chain?: string; readonly hash?: string },
): [AuditLinkRecord, readonly AuditPayloadRecord[], AuditHeadRecord] {
  const { chain = "chain", hash = `hash-${sequence}` } = more;
  const payload = (part: "actor" | "details"): AuditPayloadRecord => ({
    chain,
    sequence,
    part,
    salt: "00",
    content: `"${part}"`,
  });
  return [
    { chain, sequence, body: `{"sequence":${sequence}}`, hash },
    [payload("actor"), payload("details")],
    { chain, sequence, hash, signature: `signed-${sequence}` },
  ];
}
