/** Proves that an audit chain is as it was written, or names the first row that is not. */

import type { AuditVerdict } from "@dimmer/protocol";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { groupRows } from "../storage/group-rows.ts";
import type { AuditHeadRecord, AuditPayloadRecord, AuditRowRecord, StoreReader } from "../storage/store.ts";
import {
  AUDIT_PARTS,
  type AuditBody,
  type AuditPart,
  GENESIS,
  isHeadSigned,
  linkHash,
  payloadDigest,
  SALT_LENGTH,
} from "./audit-link.ts";
import { INSTALLATION_CHAIN, projectChain } from "./append-audit.ts";

/** Rows read at once, and verified before others get the thread. */
const PAGE = 500;

interface Fault {
  readonly sequence: number;
  readonly why: string;
}

/** How far the chain has been followed. `blanked` are parts without content that no later erasure has named so far. */
interface Progress {
  readonly chain: string;
  readonly rows: number;
  readonly hash: string;
  readonly blanked: Set<string>;
}

/**
 * Follows a chain from its first row to its signed head, a page at a time, while others may append.
 *
 * Shape:  finds every edit, insertion, deletion, reordering, cut tail, changed or blanked payload and changed head; `firstBad` is the
 *         lowest sequence that does not fit. Every chain has rows, so a chain without any is not well.
 * Errors: the store's own; nothing that stands in the rows can make it throw.
 * Source: ADR-0008; reliability I41, A82.
 */
export async function verifyAudit(store: StoreReader, chain: string, auditKey: Uint8Array): Promise<AuditVerdict> {
  let progress: Progress = { chain, rows: 0, hash: GENESIS, blanked: new Set() };
  for (;;) {
    const rows = await store.listAuditRows(chain, progress.rows, PAGE);
    const page = rows.length === 0 ? undefined : await followPage(store, progress, rows);
    if (page?.fault !== undefined) return verdictOf(page.progress, page.fault);
    progress = page?.progress ?? progress;
    await yieldToOthers();
    if (rows.length === PAGE) continue;
    const head = await store.getAuditHead(chain);
    const hasGrown = rows.length > 0 && head !== null && head.sequence > progress.rows;
    if (!hasGrown) return verdictOf(progress, headFault(progress, head, auditKey) ?? (await endFault(store, progress)));
  }
}

/**
 * Every chain there must be, so that one that was removed as a whole is missed too.
 *
 * Shape:  the installation's, one for each project, and any other that has rows; in order.
 */
export async function auditChains(store: StoreReader): Promise<readonly string[]> {
  const projects = await store.listProjects();
  const expected = (await store.installation()) === null ? [] : [INSTALLATION_CHAIN];
  return [...new Set([...expected, ...projects.map(({ key }) => projectChain(key)), ...(await store.listAuditChains())])].sort();
}

function verdictOf({ chain, rows, hash }: Progress, fault: Fault | undefined): AuditVerdict {
  return { chain, ok: fault === undefined, rows, head: hash, firstBad: fault ?? null };
}

interface Followed {
  readonly progress: Progress;
  readonly fault?: Fault;
}

async function followPage(store: StoreReader, before: Progress, page: readonly AuditRowRecord[]): Promise<Followed> {
  const odd = await oddPayloads(store, before, page);
  let { rows, hash } = before;
  for (const row of page) {
    const why = rowFault({ ...before, rows, hash }, row) ?? (row.sequence >= odd ? NOT_EACH_PART : undefined);
    if (why !== undefined) return { progress: { ...before, rows, hash }, fault: { sequence: rows + 1, why } };
    ({ sequence: rows, hash } = row);
  }
  return { progress: { ...before, rows, hash } };
}

const NOT_EACH_PART = "it does not have exactly one payload of each part";

/** The first sequence of the page with more or fewer payloads than parts; looked for only when their number is not right. */
async function oddPayloads(store: StoreReader, { chain, rows }: Progress, page: readonly AuditRowRecord[]): Promise<number> {
  const last = page.at(-1)?.sequence ?? rows;
  const count = await store.countAuditPayloads(chain, rows, last);
  if (count === page.length * AUDIT_PARTS.length) return Number.POSITIVE_INFINITY;
  const payloads = groupRows(await store.listAuditPayloads(chain, rows, last), ({ sequence }) => sequence);
  const odd = [...payloads].filter(([sequence, parts]) => sequence > rows && parts.length !== AUDIT_PARTS.length);
  return Math.min(...odd.map(([sequence]) => sequence));
}

function rowFault({ chain, rows, hash, blanked }: Progress, row: AuditRowRecord): string | undefined {
  if (row.sequence !== rows + 1) return `the row is missing; the next one is ${row.sequence}`;
  if (linkHash(hash, row.body) !== row.hash) return "its hash does not follow from the row before and its body";
  const body = readBody(row.body);
  if (body === undefined) return "its body is not an audit body";
  if (body.chain !== chain || body.sequence !== row.sequence) return "its body belongs to another place";
  return payloadsFault(body, row, blanked);
}

function readBody(text: string): AuditBody | undefined {
  try {
    const body = JSON.parse(text) as AuditBody | null;
    return body?.v === 1 && isBlankedList(body.blanked) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isBlankedList(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.every(Array.isArray));
}

function payloadsFault(body: AuditBody, row: AuditRowRecord, blanked: Set<string>): string | undefined {
  const why =
    payloadFault(body, "actor", row.actorSalt, row.actorContent, blanked) ??
    payloadFault(body, "details", row.detailsSalt, row.detailsContent, blanked);
  if (why !== undefined) return why;
  for (const [sequence, part] of body.blanked ?? []) blanked.delete(`${sequence}/${part}`);
  return undefined;
}

function payloadFault(
  body: AuditBody,
  part: AuditPart,
  salt: string | null,
  content: string | null,
  blanked: Set<string>,
): string | undefined {
  if (salt === null) return NOT_EACH_PART;
  if (content === null && salt === "") blanked.add(`${body.sequence}/${part}`);
  else if (content === null || salt.length !== SALT_LENGTH || payloadDigest(salt, content) !== body[part]) {
    return `its ${part} is not what was digested`;
  }
  return undefined;
}

function headFault({ rows, hash }: Progress, head: AuditHeadRecord | null, auditKey: Uint8Array): Fault | undefined {
  const next = rows + 1;
  if (head === null) return { sequence: next, why: "the chain has no head" };
  if (!isHeadSigned(head, auditKey))
    return { sequence: next, why: "the head's signature is not ours: it was changed, or the secret key is another" };
  if (head.sequence > rows) return { sequence: next, why: `the tail is cut: the head is at ${head.sequence}` };
  if (head.sequence < rows) return { sequence: head.sequence + 1, why: "the row stands behind the signed head" };
  return head.hash === hash ? undefined : { sequence: rows, why: "its hash is not the one that the head signs" };
}

/** What lies outside the rows that were followed: rows before the first, payloads without a row, blanks that nobody explains. */
async function endFault(store: StoreReader, { chain, rows, blanked }: Progress): Promise<Fault | undefined> {
  const [early] = await store.listAuditLinks(chain, Number.MIN_SAFE_INTEGER, 1);
  if (early !== undefined && early.sequence < 1) return { sequence: early.sequence, why: "the row stands before the first" };
  const payload = await strayPayload(store, chain, rows);
  if (payload !== undefined) return { sequence: payload.sequence, why: "there is a payload without a row" };
  if (blanked.size === 0) return undefined;
  const first = Math.min(...[...blanked].map((key) => Number(key.split("/")[0])));
  return { sequence: first, why: "its payload is blank, and no later row says that it was erased" };
}

/** A payload whose row was appended after the head was read is not a stray. */
async function strayPayload(store: StoreReader, chain: string, rows: number): Promise<AuditPayloadRecord | undefined> {
  const [early] = await store.listAuditPayloads(chain, Number.MIN_SAFE_INTEGER, 0);
  if (early !== undefined) return early;
  const [late] = await store.listAuditPayloads(chain, rows + 1, Number.MAX_SAFE_INTEGER);
  if (late === undefined) return undefined;
  const [row] = await store.listAuditLinks(chain, late.sequence - 1, 1);
  return row?.sequence === late.sequence ? undefined : late;
}
