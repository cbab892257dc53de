/** Erases a person from a project's history and audit, so that the chain still verifies. */

import type { JsonValue } from "@dimmer/evaluation";
import { type Actor, ProblemError } from "@dimmer/protocol";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { unstorableText } from "../storage/json-column.ts";
import type { MentionRecord } from "../storage/mention-record.ts";
import type { ChangeRequestRecord } from "../storage/change-request-record.ts";
import type { ScheduleRecord } from "../storage/schedule-record.ts";
import type { AuditPayloadRecord, ChangeRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import { KEPT_NOTICES } from "../webhooks/append-notice.ts";
import { appendAudit, type AuditPorts, INSTALLATION_CHAIN, projectChain } from "./append-audit.ts";
import type { AuditBody } from "./audit-link.ts";
import { eraseActor, eraseAlert, eraseNotice, type Erased } from "./erase-alert.ts";
import { isMentioned, type PersonPattern, personPattern, replaceMentions } from "./person.ts";
import { projectNames, readMentioned } from "./read-mentioned.ts";

/** UTF-16 code units of a person's key or name. */
export const MAX_PERSON = 1_000;
/** Audit rows looked at before others get the thread. */
const PAGE = 1_000;
const ALIAS_BYTES = 4;

export interface ErasureOrder {
  readonly project: string;
  /** The exact text: a targeting key, a name. */
  readonly person: string;
  readonly actor: Actor;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Erasure {
  /** What stands in the person's place: `erased:<8 hex digits>`, drawn at random. */
  readonly alias: string;
  readonly changes: number;
  readonly requests: number;
  readonly revisions: number;
  readonly keys: number;
  readonly schedules: number;
  readonly links: number;
  /** Notices of them included. */
  readonly alerts: number;
  readonly auditParts: number;
  /** What still names the person: present flags, drafts and segments, to be edited by a change, and immutable values. */
  readonly remaining: readonly MentionRecord[];
}

/**
 * Where a project names a person outside its audit chain.
 *
 * Shape:  by kind and key; exact, as `erasePerson` sees it.
 * Errors: `ProblemError("invalid-request")` for an empty, overlong or unstorable text.
 * Source: ADR-0008.
 */
export async function findPerson(store: StoreReader, project: string, person: string): Promise<readonly MentionRecord[]> {
  refuseOddPerson(person);
  const pattern = personPattern(person);
  const found: MentionRecord[] = [];
  for (const mention of await store.listMentions(project, person)) {
    if (isMentioned(await readMentioned(store, project, mention), pattern)) found.push(mention);
  }
  return found;
}

/**
 * Blanks every audit payload that names the person, in the project's chain and the installation's, and puts an alias in their place in
 * changes, revisions, schedules, alerts and the names of keys and links. Present flags and segments are the caller's to edit first; `remaining` says what was left.
 *
 * Shape:  commits with `tx`; itself a row `person.erase` that lists what it blanked and does not name the person. Erasing again finds
 *         nothing more and still leaves its row.
 * Errors: `ProblemError`: not-found for a project that is not there; conflict where the text is also the name of a flag, variant, rule,
 *         segment or environment, because history would lose that name too.
 * Source: ADR-0008.
 */
export async function erasePerson(tx: StoreTransaction, order: ErasureOrder, ports: AuditPorts): Promise<Erasure> {
  refuseOddPerson(order.person);
  await refuseName(tx, order);
  const pattern = personPattern(order.person);
  const alias = `erased:${Buffer.from(ports.random(ALIAS_BYTES)).toString("hex")}`;
  const erased: Erased = (value) => replaceMentions(value, pattern, alias);
  const mentions = await findPerson(tx, order.project, order.person);
  for (const mention of mentions) await rewrite(tx, order.project, mention, erased);
  const counts = countMentions(mentions);
  const blanked = {
    project: await blankChain(tx, projectChain(order.project), pattern),
    installation: await blankChain(tx, INSTALLATION_CHAIN, pattern),
  };
  const auditParts = blanked.project.length + blanked.installation.length;
  const row = {
    at: order.at,
    action: "person.erase",
    actor: eraseActor(order.actor, erased),
    details: { project: order.project, alias, ...counts, auditParts },
  };
  await appendAudit(tx, { ...row, chain: projectChain(order.project), blanked: blanked.project }, ports);
  if (blanked.installation.length > 0) {
    await appendAudit(tx, { ...row, chain: INSTALLATION_CHAIN, blanked: blanked.installation }, ports);
  }
  return { alias, ...counts, auditParts, remaining: mentions.filter(({ kind }) => STAYS.has(kind)) };
}

/** What `erasePerson` does not rewrite: what serves now goes through a change, and values are immutable. */
const STAYS: ReadonlySet<MentionRecord["kind"]> = new Set(["flag", "variant", "value", "segment", "context", "snippet"]);

function refuseOddPerson(person: string): void {
  const why = person === "" || person.length > MAX_PERSON ? `A person is 1 to ${MAX_PERSON} characters.` : unstorableText(person);
  if (why !== undefined) throw new ProblemError("invalid-request", why);
}

async function refuseName(tx: StoreTransaction, { project, person }: ErasureOrder): Promise<void> {
  if ((await tx.getProject(project)) === null) throw new ProblemError("not-found", `There is no project ${project}.`);
  const noun = (await projectNames(tx, project)).get(person);
  if (noun === undefined) return;
  throw new ProblemError(
    "conflict",
    `This text is also the name of a ${noun} of the project, so that erasing it would garble the history. Rename or remove that first.`,
  );
}

async function rewrite(tx: StoreTransaction, project: string, mention: MentionRecord, erased: Erased): Promise<void> {
  const { kind, key, environment, number } = mention;
  if (kind === "change") await tx.putChange(eraseChange(present(await tx.getChange(project, key)), erased));
  if (kind === "change-request")
    await tx.putChangeRequest(eraseRequest(present(await tx.getChangeRequest(project, key)), erased));
  if (kind === "flag-revision" || kind === "segment-revision") {
    const noun = kind === "flag-revision" ? "flag" : "segment";
    const record = present(await tx.getRevision(project, environment, noun, key, number));
    await tx.putRevision({ ...record, config: erased(record.config) });
  }
  if (kind === "key") {
    const record = present((await tx.listKeys(project)).find((candidate) => candidate.id === key) ?? null);
    await tx.putKey({ ...record, name: erased(record.name) });
  }
  if (kind === "link") {
    const record = present(await tx.getLink(project, key));
    await tx.putLink({ ...record, name: erased(record.name) });
  }
  if (kind === "alert") await tx.putAlert(eraseAlert(present(await tx.getAlert(project, key)), erased));
  if (kind === "notice") {
    const record = present(await tx.getNotice(project, number));
    await tx.putNotice(eraseNotice(record, erased), KEPT_NOTICES);
  }
  if (kind === "schedule") await tx.putSchedule(eraseSchedule(present(await tx.getSchedule(project, key)), erased));
}

function present<T>(record: T | null): T {
  if (record === null) throw new Error("a record that was just found is gone");
  return record;
}

function eraseChange(change: ChangeRecord, erased: Erased): ChangeRecord {
  return {
    ...change,
    actor: eraseActor(change.actor, erased),
    reason: erased(change.reason),
    operations: erased(change.operations),
    inverse: erased(change.inverse),
    effects: erased(change.effects),
    summary: erased(change.summary),
  };
}

/** One that still waits then names the alias, so that it brings nobody back. */
function eraseRequest(request: ChangeRequestRecord, erased: Erased): ChangeRequestRecord {
  const { actor, editor, reason, operations, summary, effects, approvals, comments } = request;
  return {
    ...request,
    actor: eraseActor(actor, erased),
    editor: eraseActor(editor, erased),
    reason: erased(reason),
    operations: erased(operations),
    summary: erased(summary),
    effects: erased(effects),
    approvals: approvals.map((approval) => ({ ...approval, actor: eraseActor(approval.actor, erased) })),
    comments: comments.map(({ text, ...rest }) => ({ ...rest, actor: eraseActor(rest.actor, erased), text: erased(text) })),
  };
}

/** One that is still to run then names the alias, so that it brings nobody back. */
function eraseSchedule(schedule: ScheduleRecord, erased: Erased): ScheduleRecord {
  const { actor, reason, operations } = schedule;
  return { ...schedule, actor: eraseActor(actor, erased), reason: erased(reason), operations: erased(operations) };
}

function countMentions(
  mentions: readonly MentionRecord[],
): Pick<Erasure, "changes" | "requests" | "revisions" | "keys" | "schedules" | "links" | "alerts"> {
  const count = (kind: MentionRecord["kind"]): number => mentions.filter((mention) => mention.kind === kind).length;
  return {
    changes: count("change"),
    requests: count("change-request"),
    revisions: count("flag-revision") + count("segment-revision"),
    keys: count("key"),
    schedules: count("schedule"),
    links: count("link"),
    alerts: count("alert") + count("notice"),
  };
}

type Blanked = NonNullable<AuditBody["blanked"]>;

async function blankChain(tx: StoreTransaction, chain: string, person: PersonPattern): Promise<Blanked> {
  const end = (await tx.getAuditHead(chain))?.sequence ?? 0;
  const blanked: Blanked[number][] = [];
  for (let from = 1; from <= end; from += PAGE) {
    for (const payload of await tx.listAuditPayloads(chain, from, from + PAGE - 1)) {
      if (!namesPerson(payload, person)) continue;
      await tx.blankAuditPayload(chain, payload.sequence, payload.part);
      blanked.push([payload.sequence, payload.part]);
    }
    await yieldToOthers();
  }
  return blanked;
}

function namesPerson({ content }: AuditPayloadRecord, person: PersonPattern): boolean {
  return content !== null && isMentioned(JSON.parse(content) as JsonValue, person);
}
