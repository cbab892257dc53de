/** Declared attributes and what was seen of them, in words. */

import { type AttributeDeclaration, type ContextDeclaration, type DeclaredType, listOf } from "@dimmer/evaluation";
import type { AttributeView } from "@dimmer/protocol";

export const TYPE_WORDS: readonly { readonly value: DeclaredType; readonly one: string; readonly many: string }[] = [
  { value: "string", one: "a text", many: "texts" },
  { value: "number", one: "a number", many: "numbers" },
  { value: "boolean", one: "true or false", many: "true or false values" },
  { value: "semver", one: "a version, like 2.3.0", many: "versions" },
  { value: "instant", one: "a time, like 2026-01-31T09:00:00Z", many: "times" },
  { value: "ip", one: "an IP address", many: "IP addresses" },
];

/** "A text: free, pro or team. Private: its values stay in the app." */
export function sayDeclaration({ type, list = false, values = [], private: isPrivate = false }: AttributeDeclaration): string {
  const words = TYPE_WORDS.find(({ value }) => value === type);
  const what = words === undefined ? type : list ? `a list of ${words.many}` : words.one;
  const one = values.length === 0 ? "" : `: ${listOf(values.map(String), "or")}`;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${one}.${isPrivate ? " Private: its values stay in the app." : ""}`;
}

export interface SaidFit {
  /** `unknown`: nothing was looked at. */
  readonly state: "fits" | "differs" | "unknown";
  readonly text: string;
}

/** How the contexts of the last week fit what is declared. */
export function sayFit(declared: AttributeView["declared"]): SaidFit {
  if (declared === undefined || declared.seen === 0)
    return { state: "unknown", text: "No context of this week was looked at yet; SDKs look at one in 64." };
  const { seen, missing, mistyped, notAllowed } = declared;
  const odd = [
    [missing, "without it"],
    [mistyped, "of another type"],
    [notAllowed, "with a value that is not declared"],
  ] as const;
  const said = odd.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString("en")} ${what}`);
  const of = `Of ${seen.toLocaleString("en")} contexts looked at this week`;
  return said.length === 0
    ? { state: "fits", text: `${of}, all fit.` }
    : { state: "differs", text: `${of}, ${listOf(said, "and")}.` };
}

/** "Seen as string or number, last on 2026-01-31." */
export const saySeen = ({ types, lastSeen }: Pick<AttributeView, "types" | "lastSeen">): string =>
  `Seen as ${listOf(types, "or")}${lastSeen === null ? "" : `, last on ${lastSeen}`}.`;

export interface ContextRow {
  readonly path: string;
  readonly declaration: AttributeDeclaration | undefined;
  readonly seen: AttributeView | undefined;
}

/** Shape: what is declared first, then what was only seen, each by name. */
export function rowsOf(declaration: ContextDeclaration | null, seen: readonly AttributeView[]): readonly ContextRow[] {
  const attributes = declaration?.attributes ?? {};
  const seenAt = new Map(seen.map((view) => [view.path, view]));
  const declared = Object.keys(attributes).sort();
  const others = seen.map(({ path }) => path).filter((path) => !Object.hasOwn(attributes, path));
  return [...declared, ...others.sort()].map((path) => ({ path, declaration: attributes[path], seen: seenAt.get(path) }));
}

/** Values as somebody writes them, one a line or with commas; numbers where the type is one and they read as one. */
export function readValues(text: string, type: DeclaredType): readonly (string | number)[] {
  const words = text
    .split(/[\n,]/u)
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return [...new Set(words)].map((word) => (type === "number" && Number.isFinite(Number(word)) ? Number(word) : word));
}
