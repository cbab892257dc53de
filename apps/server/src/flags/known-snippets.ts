/** The snippets that operations ask for: read before the change, and named in it, so that it comes to the same whenever it is made. */

import { snippetsIn, type TagBudget } from "@dimmer/ai/parts";
import type { Operation } from "@dimmer/protocol";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import { newTagBudget } from "./check-ai-templates.ts";
import { refusal } from "./refusal.ts";

export interface KnownSnippets {
  /** Name → the newest version; without removed ones. */
  readonly newest: ReadonlyMap<string, number>;
  /** `name@version` → text. */
  readonly texts: ReadonlyMap<string, string>;
}

export const NO_SNIPPETS: KnownSnippets = { newest: new Map(), texts: new Map() };

export const snippetKey = (name: string, version: number): string => `${name}@${version}`;

/**
 * Reads what the values of the operations use, in the versions that they name, and the newest of all; nothing where none is used.
 *
 * Shape:  drafts of `flags` that an operation publishes count as used: whoever publishes hears that there is a newer text.
 * Errors: `ProblemError("invalid-document")` for more tags than are looked at in one go.
 */
export async function loadSnippets(
  reader: StoreReader,
  project: string,
  operations: readonly Operation[],
  flags: readonly FlagRecord[],
): Promise<KnownSnippets> {
  const budget = newTagBudget();
  const named = operations.flatMap((operation, index) => {
    const names = snippetsOf(operation, budget);
    if (budget.left >= 0) return names.map((name) => ({ name, version: pinOf(operation, name) }));
    const message = "With this operation the change has more tags and outputs than are looked at in one go.";
    throw refusal("invalid-document", `/operations/${index}`, message, "Make several changes of it.");
  });
  if (named.length === 0 && !operations.some((operation) => publishesSnippets(operation, flags))) return NO_SNIPPETS;
  const snippets = await reader.listSnippets(project);
  const texts = new Map(snippets.map(({ name, latest, text }) => [snippetKey(name, latest), text]));
  for (const { name, version } of named) {
    if (version === undefined || texts.has(snippetKey(name, version))) continue;
    const found = await reader.getSnippetVersion(project, name, version);
    if (found !== null) texts.set(snippetKey(name, version), found.text);
  }
  return { newest: new Map(snippets.map(({ name, latest }) => [name, latest])), texts };
}

/** The operations with the versions of the snippets that they use, so that a review, an undo and the history mean the same text. */
export function pinSnippets({ newest }: KnownSnippets, operations: readonly Operation[]): readonly Operation[] {
  if (newest.size === 0) return operations;
  return operations.map((operation) => {
    const pins = snippetsOf(operation).flatMap((name) => {
      const version = pinOf(operation, name) ?? newest.get(name);
      return version === undefined ? [] : [[name, version] as const];
    });
    return pins.length === 0 ? operation : ({ ...operation, snippets: Object.fromEntries(pins) } as Operation);
  });
}

const pinOf = (operation: Operation, name: string): number | undefined =>
  "snippets" in operation && operation.snippets !== undefined && Object.hasOwn(operation.snippets, name)
    ? operation.snippets[name]
    : undefined;

/** Each name once. */
function snippetsOf(operation: Operation, budget?: TagBudget): readonly string[] {
  const names = valuesOf(operation).flatMap((value) => snippetsIn(value, budget).flatMap(({ name }) => name ?? []));
  return [...new Set(names)];
}

function valuesOf(operation: Operation): readonly unknown[] {
  if (operation.kind === "draft-value" || operation.kind === "add-variant") return [operation.value];
  if (operation.kind !== "create-flag") return [];
  // Not parsed yet.
  return entriesOf(operation.definition.variants).flatMap((variant) => {
    const { value, versions } = Object(variant) as { readonly value?: unknown; readonly versions?: unknown };
    return [value, ...entriesOf(versions)];
  });
}

const entriesOf = (value: unknown): readonly unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];

function publishesSnippets(operation: Operation, flags: readonly FlagRecord[]): boolean {
  if (operation.kind !== "publish" || operation.version !== undefined) return false;
  const variants = flags.find(({ key }) => key === operation.flag)?.variants ?? {};
  return Object.hasOwn(variants, operation.variant) && variants[operation.variant]?.draft?.written !== undefined;
}
