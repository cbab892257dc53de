/** Snippets in words: how one begins, how its name may be, and where it is used. */

import { listOf } from "@dimmer/evaluation";
import { SnippetName, type SnippetUseView } from "@dimmer/protocol";

const SHOWN_CHARS = 110;

/** Its first line, as far as it fits. */
export function beginningOf(text: string): string {
  const [line = ""] = text.trimStart().split("\n", 1);
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS - 1)}…` : line;
}

/** What is wrong with a name. */
export const checkName = (name: string): string | undefined => SnippetName.safeParse(name).error?.issues[0]?.message;

/** As a prompt names it. */
export const tagOf = (name: string): string => `{% snippet '${name}' %}`;

/** "version 3 of the value, served in Production, has version 1" */
export function sayUse(use: SnippetUseView, newest: number, nameOf: (environment: string) => string): string {
  const { valueVersion, snippetVersion, environments } = use;
  const where = valueVersion === null ? "the draft" : `version ${valueVersion}`;
  const served =
    environments.length === 0
      ? ""
      : `, which ${listOf(environments.map(nameOf), "and")} serve${environments.length === 1 ? "s" : ""}`;
  const text = snippetVersion === newest ? "the newest text" : `the text of version ${snippetVersion}`;
  return `${where}${served}: ${text}`;
}

/** Shape: by flag and variant, in the order of the server. */
export function groupUses(uses: readonly SnippetUseView[]): readonly (readonly SnippetUseView[])[] {
  const groups = new Map<string, SnippetUseView[]>();
  for (const use of uses) {
    const place = `${use.flag}:${use.variant}`;
    groups.set(place, [...(groups.get(place) ?? []), use]);
  }
  return [...groups.values()];
}

/** The text with something in the place of what is chosen in it, and where the cursor goes. */
export function insertAt(
  text: string,
  start: number,
  end: number,
  inserted: string,
): { readonly text: string; readonly cursor: number } {
  return { text: `${text.slice(0, start)}${inserted}${text.slice(end)}`, cursor: start + inserted.length };
}
