/** Which budgets in dollars a call belongs to: the same for the app that holds itself to them and the server that adds them up. */

import type { Scalar, SpendBudget } from "./flag.ts";
import { LIMITS } from "./limits.ts";
import { pathOf, readCarefully } from "./run.ts";

export type SpendAttributes = Readonly<Record<string, Scalar>>;
type Spend = Readonly<Record<string, SpendBudget>>;

/** One budget, and the value of its attribute where each has one of its own. */
export interface SpendUnit {
  readonly budget: string;
  readonly value: Scalar | null;
}

/**
 * What the budgets of a flag need to know of a context.
 *
 * Shape:  the attributes that they name and the context has, as texts, numbers and truth values; undefined where there is none.
 * Errors: a throwing getter throws through.
 * Source: ADR-0064.
 */
export function spendAttributes(spend: Spend | undefined, context: object): SpendAttributes | undefined {
  let found: Record<string, Scalar> | undefined;
  for (const { attribute } of Object.values(spend ?? {})) {
    if (attribute === undefined) continue;
    const value = readCarefully(context, attribute, pathOf(attribute).parts);
    if (isUnit(value)) (found ??= Object.create(null) as Record<string, Scalar>)[attribute] = value;
  }
  return found;
}

/** A longer text names nobody whom a budget could be of. */
function isUnit(value: unknown): value is Scalar {
  if (typeof value === "string") return value !== "" && value.length <= LIMITS.declaredValue;
  return typeof value === "boolean" || Number.isFinite(value);
}

/**
 * The budgets that a call counts for.
 *
 * Shape:  of the flag as a whole, of the variant, and of the values of attributes.
 * Errors: none.
 * Source: ADR-0064.
 */
export function spendUnits(
  spend: Spend | undefined,
  call: { readonly variant: string; readonly attributes?: SpendAttributes | undefined },
): readonly SpendUnit[] {
  return Object.entries(spend ?? {}).flatMap(([budget, { variant, attribute, value }]): readonly SpendUnit[] => {
    if (variant !== undefined) return variant === call.variant ? [{ budget, value: null }] : [];
    if (attribute === undefined) return [{ budget, value: null }];
    const { attributes = {} } = call;
    const own = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (own === undefined || (value !== undefined && own !== value)) return [];
    return [{ budget, value: own }];
  });
}
