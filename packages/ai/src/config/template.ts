/** Fills one text: Liquid, where a variable that is missing is an error and never an empty place in a prompt. */

import { Liquid, type Template } from "liquidjs";
import { openBoundedMap } from "../bounded-map.ts";
import { AI_LIMITS } from "../limits.ts";
import { present } from "../present.ts";

/** What a template may ask for; only own fields are seen. */
export type Variables = Readonly<Record<string, unknown>>;

/** `place` is where in the value the text stands. */
export type Fill = (text: string, variables: Variables, place: string) => string;

/** Gives the parts of a text. Errors: throws an Error that names the place, or a RangeError for brackets without end. */
export type TemplateParser = (text: string) => Template[];

/**
 * Makes what fills texts.
 *
 * Shape:  a text without `{{` and `{%` is given back as it is; one text takes `renderMs` at most. Null is missing, like undefined. What a
 *         variable holds is never read as a template. A variable that a template tests before (`{% if name %}`, `default`) may be missing.
 * Errors: throws an Error that names the place; its message holds nothing of the variables' values.
 * Source: ADR-0043; https://liquidjs.com.
 */
export function openTemplates(renderMs: number = AI_LIMITS.renderMs): Fill {
  const engine = openLiquid(renderMs);
  const parse = keepParsed(engine);
  return (text, variables) => {
    if (!text.includes("{{") && !text.includes("{%")) return text;
    // A copy, because a template may count in its variables.
    const filled: unknown = engine.renderSync(parse(text), present(variables));
    if (typeof filled !== "string") throw new Error("the template did not give a text");
    if (filled.length > AI_LIMITS.renderedCharacters) throw new Error("the text became too long");
    return filled;
  };
}

/** The parser alone, for whoever only looks. */
export const openParser = (): TemplateParser => keepParsed(openLiquid(AI_LIMITS.renderMs));

/** Those that were used last are kept. */
function keepParsed(engine: Liquid): TemplateParser {
  const parsed = openBoundedMap<Template[]>(AI_LIMITS.cachedTemplates, AI_LIMITS.cachedCharacters);
  return (text) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const templates = engine.parse(text);
    parsed.set(text, templates, text.length);
    return templates;
  };
}

function openLiquid(renderLimit: number): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    relativeReference: false,
    templates: {},
    parseLimit: AI_LIMITS.templateCharacters,
    renderLimit,
    memoryLimit: AI_LIMITS.renderMemory,
  });
  // Each text stands alone: nothing is read from a folder, and one text cannot pull in another.
  for (const tag of ["include", "render", "layout", "block"]) delete engine.tags[tag];
  return engine;
}
