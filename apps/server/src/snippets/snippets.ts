/** Snippets: written, each time as a new version, and removed; each with its row in the audit. */

import { openInspector, snippetsIn } from "@dimmer/ai/parts";
import { ProblemError, SNIPPET_LIMITS, SnippetName, type SnippetView } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import { findSecret } from "../flags/check-secrets.ts";
import { refusal } from "../flags/refusal.ts";
import { digestOf } from "../flags/value-digest.ts";
import type { SnippetRecord } from "../storage/snippet-record.ts";
import type { StoreTransaction } from "../storage/store.ts";

export interface SnippetPlace {
  readonly project: string;
  readonly name: string;
}

const inspect = openInspector();
/** Tags and outputs of one text. */
const SNIPPET_TAGS = 1_000;

/**
 * Writes a snippet: the first version, or the next one. What was made with an earlier one stays as it is.
 *
 * Shape:  one transaction with its audit row, which holds the digest of the text. The text that it has already makes no version.
 * Errors: `ProblemError`: invalid-request for a bad name, invalid-document for a text that is no template, uses a snippet itself or holds
 *         a secret; forbidden, not-found, conflict where the project has as many as it may.
 * Source: ADR-0056.
 */
export async function setSnippet(
  ports: AccessPorts,
  author: Author,
  { project, name, text }: SnippetPlace & { readonly text: string },
): Promise<SnippetRecord> {
  const read = SnippetName.safeParse(name);
  if (!read.success) throw new ProblemError("invalid-request", read.error.issues[0]?.message ?? "This is no name of a snippet.");
  refuseText(text);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "prompt.edit", { project, environment: null }, at);
    await requireProject(tx, project);
    const before = await tx.getSnippet(project, name);
    const isThere = before !== null && before.removedAt === null;
    if (isThere && before.text === text) return before;
    if (!isThere) await refuseMany(tx, project);
    const latest = (before?.latest ?? 0) + 1;
    const createdAt = isThere ? before.createdAt : at;
    const record = { project, name, latest, text, createdAt, updatedAt: at, removedAt: null };
    await tx.putSnippet(record);
    const details = { snippet: name, version: latest, text: digestOf(text) };
    await appendAudit(tx, { chain: projectChain(project), at, action: "snippet.set", actor: author.actor, details }, ports);
    return record;
  });
}

/**
 * Shape:  what it was. Its versions stay, as values name them: what was made with it stays as it is, and an undo finds it.
 * Errors: `ProblemError`: forbidden, not-found; conflict where a draft uses it, naming each.
 * Source: ADR-0056.
 */
export async function removeSnippet(ports: AccessPorts, author: Author, { project, name }: SnippetPlace): Promise<SnippetRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "prompt.edit", { project, environment: null }, at);
    const record = await requireSnippet(tx, { project, name });
    await refuseDrafts(tx, record);
    await tx.putSnippet({ ...record, removedAt: at });
    const details = { snippet: name, version: record.latest };
    await appendAudit(tx, { chain: projectChain(project), at, action: "snippet.remove", actor: author.actor, details }, ports);
    return record;
  });
}

/** Errors: `ProblemError("not-found")`, also for one that was removed. */
export async function requireSnippet(
  reader: Pick<StoreTransaction, "getSnippet">,
  { project, name }: SnippetPlace,
): Promise<SnippetRecord> {
  const record = await reader.getSnippet(project, name);
  if (record !== null && record.removedAt === null) return record;
  throw new ProblemError("not-found", `There is no snippet ${name} in project ${project}.`);
}

export function snippetView({ name, latest, text, createdAt, updatedAt }: SnippetRecord): SnippetView {
  return { name, version: latest, text, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

export const timeOf = (at: number): string => new Date(at).toISOString();

function refuseText(text: string): void {
  const refuse = (message: string, mend: string) => {
    throw refusal("invalid-document", "/text", message, mend);
  };
  if (snippetsIn({ reply: text }).length > 0)
    refuse("A snippet cannot use another.", "Write the text of the other one here, or use both in the prompt.");
  const [inspected] = inspect({ reply: text }, { left: SNIPPET_TAGS });
  if (inspected?.problem !== undefined)
    refuse(`The text cannot be filled as a template: ${inspected.problem}.`, "Mend it; it is Liquid, such as `{{ text }}`.");
  const secret = findSecret(text, "");
  if (secret !== undefined)
    refuse(`The text holds ${secret.what}, and would travel to every SDK.`, "Take it out, and have its issuer revoke it.");
}

async function refuseMany(tx: StoreTransaction, project: string): Promise<void> {
  const most = SNIPPET_LIMITS.snippets;
  if ((await tx.listSnippets(project)).length < most) return;
  throw new ProblemError("conflict", `A project may have ${most} snippets. Remove one that nothing uses.`);
}

async function refuseDrafts(tx: StoreTransaction, { project, name }: SnippetRecord): Promise<void> {
  const flags = await tx.listFlags(project, { archived: false });
  const drafts = flags.flatMap(({ key, variants }) =>
    Object.entries(variants).flatMap(([variant, { draft }]) =>
      Object.hasOwn(draft?.written?.snippets ?? {}, name) ? [`${key}:${variant}`] : [],
    ),
  );
  if (drafts.length === 0) return;
  const shown = drafts.slice(0, 20).join(", ");
  throw new ProblemError("conflict", `Drafts use snippet ${name}: ${shown}. Publish or discard them first.`);
}
