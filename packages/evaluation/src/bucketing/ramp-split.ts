/** Ramping one variant of a split: what the others get then. */

import { sharesOf, toPercent, toSlots } from "./store-split.ts";

/**
 * The percentages of a split after one variant is set to `percent`.
 *
 * Shape:  of two, the other takes the rest; of more, the others shrink or grow in proportion (largest remainder, ties in map order).
 *         A split with a rest leaves it the slots it had; the variants share what they have together.
 * Errors: `{ problem }` where the variant is not in the split, the percentage does not fit, or all others are at 0.
 * Source: ADR-0004.
 */
export function rampSplit(
  split: Readonly<Record<string, number>>,
  variant: string,
  percent: number,
): { readonly split: Record<string, number> } | { readonly problem: string } {
  const shares = sharesOf(split);
  if (!shares.has(variant)) return { problem: `the split has no variant "${variant}"; it has ${[...shares.keys()].join(", ")}` };
  const total = [...shares.values()].reduce((sum, slots) => sum + slots, 0);
  const rising = toSlots(percent);
  if (!(rising >= 0 && rising <= total)) return { problem: `${percent} % does not fit; this split shares ${toPercent(total)} %` };
  const others = [...shares].filter(([name]) => name !== variant);
  const left = shareOut(others, total - rising);
  if (left === undefined)
    return { problem: `all other variants are at 0 %; say which one takes the ${toPercent(total - rising)} %` };
  const next = new Map([...left, [variant, rising] as const]);
  return { split: Object.fromEntries([...shares.keys()].map((name) => [name, toPercent(next.get(name) as number)])) };
}

/** Splits `slots` in proportion to what each has; undefined where nobody has anything to go by. */
function shareOut(others: readonly (readonly [string, number])[], slots: number): Map<string, number> | undefined {
  const held = others.reduce((sum, [, share]) => sum + share, 0);
  if (others.length === 1) return new Map([[(others[0] as readonly [string, number])[0], slots]]);
  if (slots === 0) return new Map(others.map(([name]) => [name, 0]));
  if (held === 0) return undefined;
  const exact = others.map(([name, share], at) => ({
    name,
    at,
    floor: Math.floor((share * slots) / held),
    remainder: (share * slots) % held,
  }));
  let missing = slots - exact.reduce((sum, one) => sum + one.floor, 0);
  const byRemainder = [...exact].sort((one, other) => other.remainder - one.remainder || one.at - other.at);
  const rounded = new Map<string, number>();
  for (const one of byRemainder) rounded.set(one.name, one.floor + (missing-- > 0 ? 1 : 0));
  return rounded;
}
