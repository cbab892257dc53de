/** What the parts of a flag need to know about the whole: its variants and who may have them. */

import { type FlagDefinition, variantsOf } from "../flag.ts";
import { isGoodCondition } from "./condition.ts";
import { suggest } from "./nearest.ts";
import { newReport, quote, raise, type Spot } from "./report.ts";
import { isObject } from "./shape.ts";

export interface FlagFacts {
  /** In authored order; undefined where the variants are too broken to check against. */
  readonly variants: readonly string[] | undefined;
  /** Variant → its `only`, for those that have one that may be used. */
  readonly only: ReadonlyMap<string, unknown>;
}

/** Reads the facts from a definition that may still be broken. */
export function factsOf(flag: Pick<FlagDefinition, "type" | "variants">): FlagFacts {
  const variants: unknown = variantsOf(flag);
  if (!isObject(variants)) return { variants: undefined, only: new Map() };
  const only = new Map<string, unknown>();
  for (const [name, variant] of Object.entries(variants)) {
    if (isObject(variant) && isGoodCondition(variant["only"], { path: "", report: newReport() })) only.set(name, variant["only"]);
  }
  return { variants: Object.keys(variants), only };
}

/** A variant of this flag; anything that is no text has been reported by its shape. */
export function checkVariant(name: unknown, at: Spot, facts: FlagFacts): void {
  if (typeof name !== "string" || facts.variants === undefined || facts.variants.includes(name)) return;
  raise(at, "unknown-variant", `the flag has no variant ${quote(name)}`, suggest(name, facts.variants));
}
