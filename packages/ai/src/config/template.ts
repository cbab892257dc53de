/** Fills one text: Liquid, where a variable that is missing is an error and never an empty place in a prompt. */

import { Liquid, type Template } from "liquidjs";
import { openBoundedMap } from "../bounded-map.ts";
import { AI_LIMITS } from "../limits.ts";

/** What a template may ask for; only own fields are seen. */
export type Variables = Readonly<Record<string, unknown>>;

export type Fill = (text: string, variables: Variables) => string;

/**
 * Makes what fills texts.
 *
 * Shape:  a text without `{{` and `{%` is given back as it is. Null is missing, like undefined. What a variable holds is never read
 *         as a template. A variable that a template tests before (`{% if name %}`, `default`) may be missing.
 * Errors: throws an Error that names the place; its message holds nothing of the variables' values.
 * Source: ADR-0043; https://liquidjs.com.
 */
export function openTemplates(): Fill {
  const engine = openLiquid();
  const parsed = openBoundedMap<Template[]>(AI_LIMITS.cachedTemplates, AI_LIMITS.cachedCharacters);
  const parse = (text: string): Template[] => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const templates = engine.parse(text);
    parsed.set(text, templates, text.length);
    return templates;
  };
  return (text, variables) => {
    if (!text.includes("{{") && !text.includes("{%")) return text;
    const filled: unknown = engine.renderSync(parse(text), withoutNull(variables));
    if (typeof filled !== "string") throw new Error("the template did not give a text");
    if (filled.length > AI_LIMITS.renderedCharacters) throw new Error("the text became too long");
    return filled;
  };
}

/** A variable that a template asks for, and the way into it: `["user", "name"]`. */
export type VariablePath = readonly string[];

/**
 * Makes what tells which variables a text asks for, without filling it.
 *
 * Shape:  each once, in the order of the text; what a loop or an assignment makes is none. A way ends before what is only known when
 *         it is filled, such as the place in a list.
 * Errors: throws an Error where the text is no template.
 * Source: https://liquidjs.com/tutorials/static-analysis.html.
 */
export function openVariableFinder(): (text: string) => readonly VariablePath[] {
  const engine = openLiquid();
  return (text) => {
    const ways = engine.globalVariableSegmentsSync(engine.parse(text)).map(wayOf);
    return [...new Map(ways.map((way) => [way.join("."), way])).values()];
  };
}

function wayOf(segments: readonly unknown[]): VariablePath {
  const end = segments.findIndex((segment) => typeof segment !== "string");
  return segments.slice(0, end === -1 ? undefined : end) as VariablePath;
}

function openLiquid(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    relativeReference: false,
    templates: {},
    parseLimit: AI_LIMITS.templateCharacters,
    renderLimit: AI_LIMITS.renderMs,
    memoryLimit: AI_LIMITS.renderMemory,
  });
  // Each text stands alone: nothing is read from a folder, and one text cannot pull in another.
  for (const tag of ["include", "render", "layout", "block"]) delete engine.tags[tag];
  return engine;
}

const withoutNull = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null && value !== undefined));
