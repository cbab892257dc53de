/** Rules in words, and the small sums around them. */

import { checkRuleId, type Rule, sayCondition, sayServe, type Serve } from "@dimmer/evaluation";

/** "10 % opus and 90 % sonnet where plan is pro". */
export const sayRule = ({ when, serve }: Pick<Rule, "when" | "serve">): string =>
  `${sayServe(serve)} ${when === undefined ? "for everyone" : `where ${sayCondition(when)}`}`;

/**
 * The id that a new rule gets from its name; it is the permanent address of the rule's split.
 *
 * Shape:  one that is not taken and that the document allows; `rule-3` where the name gives nothing.
 */
export function idForRule(name: string, taken: readonly string[]): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-+|-+$/gu, "")
    .slice(0, LONGEST);
  const base = slug === "" || checkRuleId(slug) !== undefined ? "rule" : slug;
  if (base !== "rule" && !taken.includes(base)) return base;
  const start = base === "rule" ? taken.length + 1 : 2;
  for (let number = start; ; number++) if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`;
}

/** UTF-16 code units; room is left for a number. */
const LONGEST = 56;

/** What a split leaves to `rest`, in percent to 0.001; below 0 where it gives too much. */
export const leftOf = (split: Readonly<Record<string, number>>): number =>
  Math.round((100 - Object.values(split).reduce((sum, percent) => sum + percent, 0)) * 1_000) / 1_000;

/** What keeps a serve from being saved; undefined where nothing does. */
export function findServeGap(serve: Serve): string | undefined {
  if ("variant" in serve) return serve.variant === "" ? "Choose a variant." : undefined;
  const left = leftOf(serve.split);
  if (Object.keys(serve.split).length === 0) return "Choose a variant.";
  if (left < 0) return `The shares are ${-left} % too much.`;
  if (left > 0 && serve.rest === undefined) return `${left} % go to nobody yet: raise a share, or say what the rest get.`;
  return undefined;
}

/** Without its ranges: percentages alone are an edit of the split that is there, and move the fewest. */
export function authored(serve: Serve): Serve {
  if ("variant" in serve) return serve;
  const { stored: _stored, ...rest } = serve;
  return rest;
}
