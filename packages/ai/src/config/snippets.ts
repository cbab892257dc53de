/** Shared texts in prompts: `{% snippet 'tone' %}` is found and replaced when a value is saved, never when it is filled. */

import { Tokenizer, TypeGuards } from "liquidjs";
import { AI_LIMITS } from "../limits.ts";
import { countTags, type TagBudget } from "./inspect-value.ts";
import { renderValue } from "./render.ts";

/** One use of a snippet in a value. */
export interface SnippetUse {
  /** JSON Pointer into the value, of the text that it stands in. */
  readonly path: string;
  /** Undefined where the tag does not name one in quotes. */
  readonly name: string | undefined;
}

/** Texts of snippets by name. */
export type SnippetTexts = ReadonlyMap<string, string>;

/**
 * The snippets that the texts of a value ask for.
 *
 * Shape:  in the order of the texts, one entry a tag; what stands in `{% raw %}` is no tag. None where the value is no AI config, and
 *         where its texts have more than `AI_LIMITS.templateTags` tags and outputs, or than the budget has left: nobody looks at those.
 * Errors: none thrown; a text that is no template has none, and whoever parses it says why.
 * Source: ADR-0056.
 */
export function snippetsIn(value: unknown, budget: TagBudget = { left: Infinity }): readonly SnippetUse[] {
  const texts = textsOf(value).filter(({ text }) => ANY_TAG.test(text));
  const tags = texts.reduce((sum, { text }) => sum + countTags(text), 0);
  budget.left -= tags;
  if (budget.left < 0 || tags > AI_LIMITS.templateTags) return [];
  return texts.flatMap(({ keys, text }) => tagsIn(text).map(({ name }) => ({ path: pointerOf(keys), name })));
}

/**
 * The value with the texts of its snippets in the place of the tags.
 *
 * Shape:  a copy; `{%-` and `-%}` take the space beside them away, as they do of any tag. A snippet's text is taken as it stands.
 * Errors: throws a RangeError where the texts together become longer than a value may be; an Error for a name that `texts` lacks.
 * Source: ADR-0056.
 */
export function fillSnippets<T>(value: T, texts: SnippetTexts): T {
  let left = AI_LIMITS.templateCharacters;
  return textsOf(value).reduce<unknown>((filled, { keys, text }) => {
    const next = fillText(text, texts);
    left -= next.length;
    if (left < 0) throw new RangeError("with its snippets the value is too long");
    return next === text ? filled : replaceAt(filled, keys, next);
  }, value) as T;
}

interface TextAt {
  readonly keys: readonly string[];
  readonly text: string;
}

/** The texts that are filled when a model is called: the same walk. */
function textsOf(value: unknown): readonly TextAt[] {
  const texts: TextAt[] = [];
  renderValue(value, {}, (text, _variables, place) => {
    texts.push({ keys: place.split(/[.[\]]+/u).filter((key) => key !== ""), text });
    return text;
  });
  return texts;
}

interface SnippetTag {
  readonly begin: number;
  readonly end: number;
  readonly name: string | undefined;
  readonly trimsLeft: boolean;
  readonly trimsRight: boolean;
}

const ANY_TAG = /\{%-?\s*snippet\b/u;
const QUOTED = /^\s*(['"])([^'"]+)\1\s*$/u;

function tagsIn(text: string): readonly SnippetTag[] {
  if (!ANY_TAG.test(text) || text.length > AI_LIMITS.templateCharacters) return [];
  return tokensOf(text).flatMap((token) => {
    if (!TypeGuards.isTagToken(token) || token.name !== "snippet") return [];
    const { begin, end, args, trimLeft: trimsLeft, trimRight: trimsRight } = token;
    return [{ begin, end, name: QUOTED.exec(args)?.[2], trimsLeft, trimsRight }];
  });
}

function tokensOf(text: string) {
  try {
    return new Tokenizer(text).readTopLevelTokens();
  } catch {
    return [];
  }
}

function fillText(text: string, texts: SnippetTexts): string {
  const tags = tagsIn(text);
  let filled = "";
  let at = 0;
  let trims = false;
  const take = (end: number) => (trims ? text.slice(at, end).trimStart() : text.slice(at, end));
  for (const { begin, end, name, trimsLeft, trimsRight } of tags) {
    const snippet = texts.get(name ?? "");
    if (snippet === undefined) throw new Error(`there is no snippet ${name ?? "without a name"}`);
    const before = take(begin);
    filled += (trimsLeft ? before.trimEnd() : before) + snippet;
    if (filled.length > AI_LIMITS.templateCharacters) throw new RangeError("with its snippets the value is too long");
    [at, trims] = [end, trimsRight];
  }
  return filled + take(text.length);
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? replaceAt(item, rest, text) : item));
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaceAt(record[key], rest, text) };
}

const pointerOf = (keys: readonly string[]): string => keys.map((key) => `/${key}`).join("");
