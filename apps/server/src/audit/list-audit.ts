/** Shows an audit chain, newest first. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Actor, AuditRow } from "@dimmer/protocol";
import type { AuditLinkRecord, StoreReader } from "../storage/store.ts";
import type { AuditBody, AuditPart } from "./audit-link.ts";

export interface AuditPage {
  readonly limit: number;
  /** A sequence; rows below it. Null or left out: from the newest. */
  readonly before?: number | null;
}

/**
 * Shape:  newest first; `actor` and `details` are null where they were erased.
 * Errors: the store's own. Says nothing about whether the chain holds: that is `verifyAudit`.
 */
export async function listAudit(store: StoreReader, chain: string, page: AuditPage): Promise<readonly AuditRow[]> {
  const links = await store.listAuditLinksBackwards(chain, page.before ?? null, page.limit);
  const [newest, oldest] = [links.at(0), links.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const payloads = await store.listAuditPayloads(chain, oldest.sequence, newest.sequence);
  const contents = new Map(payloads.map(({ sequence, part, content }) => [`${part}/${sequence}`, content]));
  return links.map((link) => rowOf(link, (part) => contents.get(`${part}/${link.sequence}`) ?? null));
}

function rowOf(link: AuditLinkRecord, contentOf: (part: AuditPart) => string | null): AuditRow {
  const { at, action } = JSON.parse(link.body) as AuditBody;
  const [actor, details] = [contentOf("actor"), contentOf("details")];
  return {
    chain: link.chain,
    sequence: link.sequence,
    at: new Date(at).toISOString(),
    action,
    actor: actor === null ? null : (JSON.parse(actor) as Actor),
    details: details === null ? null : (JSON.parse(details) as JsonValue),
    hash: link.hash,
  };
}
