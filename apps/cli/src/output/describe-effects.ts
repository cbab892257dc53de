/** What a change does to flags, segments and the declaration of contexts, place by place, in words. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Effect } from "@dimmer/protocol";

/** Everything that a change does to one resource. */
export interface ResourceDiff {
  readonly sign: "+" | "-" | "~";
  /** `flag summarizer`, `summarizer in production`, `segment beta`. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Characters of a value that are shown. */
const SHOWN = 80;
/** They follow from what is shown beside them. */
const FOLLOWS = /\/stored(\/|$)|^\/pinEpochs|^\/ruleOrder$|\/latest$/u;

/**
 * Shape:  one entry a resource that differs, in the order of the effects; a resource that comes or goes has no lines.
 * Errors: none.
 */
export function describeEffects(effects: readonly Effect[]): ResourceDiff[] {
  const byResource = new Map<string, Effect[]>();
  for (const effect of effects) byResource.set(effect.resource, [...(byResource.get(effect.resource) ?? []), effect]);
  return [...byResource].map(([resource, all]) => {
    const whole = all.find(({ path }) => path === "");
    const title = titleOf(resource);
    if (whole !== undefined) return { sign: whole.before === undefined ? "+" : "-", title, lines: [] };
    const shown = all.filter(({ path }) => !FOLLOWS.test(path));
    return { sign: "~", title, lines: (shown.length === 0 ? all : shown).map(describePlace) };
  });
}

function titleOf(resource: string): string {
  const [noun, key = "", , environment] = resource.split("/");
  if (noun === "context") return "what contexts are like";
  const what = noun === "flags" ? "flag" : "segment";
  return environment === undefined ? `${what} ${key}` : `${what} ${key} in ${environment}`;
}

function describePlace({ path, before, after }: Effect): string {
  const place = path.slice(1);
  if (before === undefined) return `${place}: ${show(after)} is new`;
  if (after === undefined) return `${place}: ${show(before)} goes`;
  return `${place}: ${show(before)} → ${show(after)}`;
}

function show(value: JsonValue | undefined): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
