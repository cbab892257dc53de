/** How one link of an audit chain is hashed, its payload digested and its head signed. */

import { createHmac, hash as digest, timingSafeEqual } from "node:crypto";
import type { AuditHeadRecord, AuditLinkRecord } from "../storage/store.ts";
import { canonicalJson } from "./canonical-json.ts";

/** What the first link follows. */
export const GENESIS = "0".repeat(64);
export const AUDIT_PARTS = ["actor", "details"] as const;
export type AuditPart = (typeof AUDIT_PARTS)[number];

/** The hashed body of a link, version 1. Permanent: what is stored is what was hashed. */
export interface AuditBody {
  readonly v: 1;
  readonly chain: string;
  readonly sequence: number;
  readonly at: number;
  readonly action: string;
  /** Digests of the payload's parts. */
  readonly actor: string;
  readonly details: string;
  /** In a row that erases a person: the payload parts of this chain that it blanked. */
  readonly blanked?: readonly (readonly [sequence: number, part: AuditPart])[];
}

/** Shape: hash = SHA-256(previous hash, body), over their UTF-8, in hex. */
export function linkHash(previous: string, body: string): string {
  return digest("sha256", previous + body, "hex");
}

export function makeLink(previous: string, body: AuditBody): AuditLinkRecord {
  const text = canonicalJson(body);
  return { chain: body.chain, sequence: body.sequence, body: text, hash: linkHash(previous, text) };
}

/** Hex digits of a payload's salt. */
export const SALT_LENGTH = 32;

/** Shape: SHA-256(salt, content), over their UTF-8, in hex. Every salt has one length, so that no two pairs give the same bytes. */
export function payloadDigest(salt: string, content: string): string {
  return digest("sha256", salt + content, "hex");
}

/** Signs where the chain ends, so that nobody without the key can cut its tail or write it anew. */
export function signHead(link: AuditLinkRecord, auditKey: Uint8Array): AuditHeadRecord {
  const { chain, sequence, hash } = link;
  const signature = createHmac("sha256", auditKey)
    .update(canonicalJson({ v: 1, chain, sequence, hash }))
    .digest("hex");
  return { chain, sequence, hash, signature };
}

export function isHeadSigned(head: AuditHeadRecord, auditKey: Uint8Array): boolean {
  const expected = signHead({ ...head, body: "" }, auditKey).signature;
  const given = Buffer.from(head.signature);
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}
