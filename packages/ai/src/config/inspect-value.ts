/** Looks at the templates of a value without filling them: whether they parse, and which variables they ask for. */

import { AI_LIMITS } from "../limits.ts";
import { renderValue } from "./render.ts";
import { openParser, type TemplateParser } from "./template.ts";
import { namesIn } from "./variable-paths.ts";

/** One text of a value that may hold a template. */
export interface InspectedText {
  /** JSON Pointer into the value. */
  readonly path: string;
  /** Variables that it asks for, each once; those that it sets itself are none. */
  readonly names: readonly string[];
  /** Why it cannot be a template; it holds nothing of the text but what is wrong. */
  readonly problem?: string;
}

/** Tags and outputs that may still be looked at, over many values. */
export interface TagBudget {
  left: number;
}

/** Shape: the texts that `ai.config` would fill; none where the value is no AI config. Errors: none thrown. */
export type InspectValue = (value: unknown, budget: TagBudget) => readonly InspectedText[];

/**
 * Makes what looks at values, with the parser that fills them later: what passes here parses there.
 *
 * Shape:  the texts of a value together may have `AI_LIMITS.templateTags` tags and outputs, and those of all values what the budget
 *         has; what is beyond is a problem, as looking at it would take too long.
 * Errors: none.
 * Source: ADR-0049.
 */
export function openInspector(): InspectValue {
  const parse = openParser();
  return (value, budget) => {
    const texts: { readonly path: string; readonly text: string }[] = [];
    renderValue(value, {}, (text, _variables, place) => {
      texts.push({ path: pointerOf(place), text });
      return text;
    });
    let left = AI_LIMITS.templateTags;
    return texts.map(({ path, text }) => {
      const tags = countTags(text);
      left -= tags;
      budget.left -= tags;
      if (left < 0) return { path, names: [], problem: `the value has more than ${AI_LIMITS.templateTags} tags and outputs` };
      if (budget.left < 0) return { path, names: [], problem: "there are more tags and outputs than are looked at in one go" };
      return inspectText(path, text, parse);
    });
  };
}

function inspectText(path: string, text: string, parse: TemplateParser): InspectedText {
  try {
    return { path, names: namesIn(parse(text)) };
  } catch (cause) {
    const [message = ""] = (cause as Error).message.split("\n", 1);
    return { path, names: [], problem: message.includes("call stack") ? "it is nested too deeply" : message };
  }
}

/** Of a text that nobody has parsed. */
export const countTags = (text: string): number => text.split(/\{[{%]/u).length - 1;

/** `messages[0].content` as a JSON Pointer. */
const pointerOf = (place: string): string => `/${place.replaceAll(/\[(\d+)\]/gu, "/$1").replaceAll(".", "/")}`;
