/** Appends one row to an audit chain, inside the transaction of what it records. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor } from "@dimmer/protocol";
import type { AuditPayloadRecord, StoreTransaction } from "../storage/store.ts";
import { AUDIT_PARTS, type AuditBody, GENESIS, makeLink, payloadDigest, SALT_LENGTH, signHead } from "./audit-link.ts";
import { canonicalJson } from "./canonical-json.ts";

/** The chain of what belongs to no single project. */
export const INSTALLATION_CHAIN = "installation";

export function projectChain(project: string): string {
  return `project/${project}`;
}

/** Null for what belongs to the whole installation. */
export function chainOf(project: string | null): string {
  return project === null ? INSTALLATION_CHAIN : projectChain(project);
}

export interface AuditEntry {
  readonly chain: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Noun and verb: `change.apply`, `key.create`. Never holds anything personal. */
  readonly action: string;
  readonly actor: Actor;
  /** Never holds a secret. */
  readonly details: JsonValue;
  /** Only for `person.erase`. */
  readonly blanked?: NonNullable<AuditBody["blanked"]>;
}

export interface AuditPorts {
  /** Random bytes for the salts. */
  readonly random: (bytes: number) => Uint8Array;
  /** Signs the head; `deriveKeys(…).audit`. */
  readonly auditKey: Uint8Array;
}

const SALT_BYTES = SALT_LENGTH / 2;

/**
 * Adds a link with salted digests of actor and details, their text beside it, and the signed head.
 *
 * Shape:  gives the row's sequence, from 1 without gaps. Commits and rolls back with `tx`; the head row is read and moved inside it.
 * Errors: the store's own; a head moved by somebody else meanwhile is an assertion.
 * Source: ADR-0008; reliability I41.
 */
export async function appendAudit(tx: StoreTransaction, entry: AuditEntry, ports: AuditPorts): Promise<number> {
  const head = await tx.getAuditHead(entry.chain);
  const sequence = (head?.sequence ?? 0) + 1;
  const payloads = AUDIT_PARTS.map((part): AuditPayloadRecord & { readonly content: string } => ({
    chain: entry.chain,
    sequence,
    part,
    salt: Buffer.from(ports.random(SALT_BYTES)).toString("hex"),
    content: canonicalJson(entry[part]),
  }));
  const [actor, details] = payloads.map(({ salt, content }) => payloadDigest(salt, content)) as [string, string];
  const { chain, at, action, blanked } = entry;
  const body: AuditBody = {
    v: 1,
    chain,
    sequence,
    at,
    action,
    actor,
    details,
    ...(blanked === undefined || blanked.length === 0 ? {} : { blanked }),
  };
  const link = makeLink(head?.hash ?? GENESIS, body);
  await tx.appendAudit(link, payloads, signHead(link, ports.auditKey));
  return sequence;
}
