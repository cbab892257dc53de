/** A value as it is kept: with the texts of its snippets, and beside it what somebody wrote. */

import { fillSnippets, snippetsIn, type SnippetUse } from "@dimmer/ai/parts";
import { type Issue, type JsonValue, nearestWord } from "@dimmer/evaluation";
import type { StoredValue } from "../../storage/store.ts";
import { type KnownSnippets, snippetKey } from "../known-snippets.ts";
import type { ProjectState, SharedSchema } from "../project-state.ts";
import { refuseErrors } from "../refusal.ts";

/** Tags of one value of which is said what is wrong with them: looking for the nearest name takes time. */
const SHOWN_ISSUES = 20;

/** What an operation brings. */
export interface WrittenOrder {
  readonly value: JsonValue;
  /** Of the snippets that are not to be taken as they are now. */
  readonly snippets?: Readonly<Record<string, number>> | undefined;
}

/**
 * Shape:  the value itself where it uses no snippet, and where its flag has no templates.
 * Errors: `ProblemError("invalid-document")` at each tag that names no snippet, with the nearest name, and for a value that is too long
 *         with its snippets.
 * Source: ADR-0056.
 */
export function storeValue(
  { snippets: known }: Pick<ProjectState, "snippets">,
  schema: SharedSchema,
  { value, snippets: pins = {} }: WrittenOrder,
  pointer: string,
): StoredValue {
  const uses = schema === "ai-config" ? snippetsIn(value) : [];
  if (uses.length === 0) return { value };
  const taken = new Map<string, number>();
  const texts = new Map<string, string>();
  const missing: Issue[] = [];
  for (const use of uses) {
    const { name = "" } = use;
    const version = Object.hasOwn(pins, name) ? pins[name] : known.newest.get(name);
    const text = version === undefined ? undefined : known.texts.get(snippetKey(name, version));
    if (version !== undefined && text !== undefined) {
      taken.set(name, version);
      texts.set(name, text);
    } else if (missing.length < SHOWN_ISSUES) missing.push(unknownIssue(known, use, version, pointer));
  }
  refuseErrors(missing, "The value uses a snippet that is not there.");
  return { value: fill(value, texts, pointer), written: { value, snippets: Object.fromEntries(taken) } };
}

function fill(value: JsonValue, texts: ReadonlyMap<string, string>, pointer: string): JsonValue {
  try {
    return fillSnippets(value, texts);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const mend = "Use fewer of them, or shorter ones.";
    refuseErrors([
      { path: pointer, code: "too-long", message: "With its snippets the value is too long.", mend, severity: "error" },
    ]);
    throw cause;
  }
}

function unknownIssue(known: KnownSnippets, { path, name }: SnippetUse, version: number | undefined, pointer: string): Issue {
  const issue = { path: pointer + path, code: "unknown-snippet", severity: "error" } as const;
  if (name === undefined)
    return { ...issue, message: "A tag `snippet` names no snippet.", mend: "Name one in quotes: `{% snippet 'tone' %}`." };
  if (version !== undefined)
    return {
      ...issue,
      message: `Snippet \`${name}\` has no version ${version}.`,
      mend: `See them: dimmer snippets show ${name}.`,
    };
  const nearest = nearestWord(name, [...known.newest.keys()]);
  const make = `write it: dimmer snippets set ${name} FILE.`;
  const mend = nearest === undefined ? `W${make.slice(1)}` : `Did you mean \`${nearest}\`? Else ${make}`;
  return { ...issue, message: `There is no snippet \`${name}\`.`, mend };
}
