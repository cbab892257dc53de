/** Snippets: named texts that the prompts of a project share, with numbered versions. */

import { z } from "zod";
import type { JsonValue } from "@dimmer/evaluation";

export const SNIPPET_LIMITS = {
  /** Of one project. */
  snippets: 200,
  /** Of one text; what a value may hold with its snippets is the bound of values. */
  textChars: 16_384,
  /** Versions that are shown of one, the newest. */
  shownVersions: 100,
} as const;

/** Shape: lower case, digits, dots, dashes and underscores, from a letter on. */
export const SnippetName = z
  .string()
  .regex(/^[a-z][0-9a-z._-]{0,63}$/u, "A snippet's name has 1 to 64 of a-z, 0-9, `.`, `_` and `-`, and begins with a letter.");

/** Snippet → the version of it that was taken. */
export const SnippetVersions = z.record(SnippetName, z.int().min(1));
export type SnippetVersions = Readonly<Record<string, number>>;

export const SnippetEdit = z.strictObject({ text: z.string().min(1).max(SNIPPET_LIMITS.textChars) });

/** What somebody wrote, of a value that was made with snippets: it has the tags in which the value has their texts. */
export interface WrittenValue {
  readonly value: JsonValue;
  readonly snippets: SnippetVersions;
}

/** The newest version of a snippet. */
export interface SnippetView {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A value that was saved with the snippet. */
export interface SnippetUseView {
  readonly flag: string;
  readonly variant: string;
  /** The version of the value; null for the draft. */
  readonly valueVersion: number | null;
  /** The version of the snippet that it holds. */
  readonly snippetVersion: number;
  /** Environments that serve it. */
  readonly environments: readonly string[];
}

export interface SnippetDetails extends SnippetView {
  /** Newest first. */
  readonly versions: readonly { readonly version: number; readonly text: string; readonly createdAt: string }[];
  /** Drafts, newest versions, and what is served anywhere. */
  readonly uses: readonly SnippetUseView[];
}
