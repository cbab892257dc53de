/** Pin epochs: a variant's epoch is raised when pins on it must break, and never goes down. */

import { type FlagEnvironment, liveShares } from "@dimmer/evaluation";
import { servesOf } from "./addresses.ts";

type Epochs = Readonly<Record<string, number>>;

/** The configuration with the pin epochs of these variants raised by one. */
export function raisePinEpochs(config: FlagEnvironment, variants: Iterable<string>): FlagEnvironment {
  const raised = [...variants].map((variant) => [variant, (config.pinEpochs?.[variant] ?? 0) + 1] as const);
  return raised.length === 0 ? config : { ...config, pinEpochs: { ...config.pinEpochs, ...Object.fromEntries(raised) } };
}

/**
 * The pin epochs after an edit: at least those before it, and one more for every variant that the edit withdrew, or whose
 * published value it took back: whoever is pinned on the value that was no good must not keep it.
 *
 * A variant is withdrawn where it had a share at some address and has none there now, the address being gone included;
 * a variant served to all counts as a share of 100 %. Moving weights, conditions and order keeps pins.
 */
export function settlePinEpochs(before: FlagEnvironment, after: FlagEnvironment): FlagEnvironment {
  const withdrawn = new Set([...withdrawnVariants(before, after), ...takenBackVariants(before, after)]);
  const floor = Object.entries(before.pinEpochs ?? {}).map(([variant, epoch]) => [variant, epoch] as const);
  const floors = new Map(floor);
  for (const variant of withdrawn) floors.set(variant, (floors.get(variant) ?? 0) + 1);
  return withFloors(after, Object.fromEntries(floors));
}

/** A block that comes back after it was removed: whatever was pinned before is let go. */
export function reopenPinEpochs(former: FlagEnvironment, variants: Iterable<string>, after: FlagEnvironment): FlagEnvironment {
  const names = new Set([...variants, ...Object.keys(former.pinEpochs ?? {})]);
  return withFloors(after, Object.fromEntries([...names].map((variant) => [variant, (former.pinEpochs?.[variant] ?? 0) + 1])));
}

function withFloors(config: FlagEnvironment, floors: Epochs): FlagEnvironment {
  const raised = Object.entries(floors).filter(([variant, floor]) => (config.pinEpochs?.[variant] ?? 0) < floor);
  return raised.length === 0 ? config : { ...config, pinEpochs: { ...config.pinEpochs, ...Object.fromEntries(raised) } };
}

/** Those whose published number goes down. */
function takenBackVariants(before: FlagEnvironment, after: FlagEnvironment): readonly string[] {
  const now = new Map(Object.entries(after.published ?? {}));
  return Object.entries(before.published ?? {}).flatMap(([variant, number]) =>
    (now.get(variant) ?? number) < number ? [variant] : [],
  );
}

function withdrawnVariants(before: FlagEnvironment, after: FlagEnvironment): ReadonlySet<string> {
  const now = servesOf(after);
  const withdrawn = new Set<string>();
  for (const [address, serve] of servesOf(before)) {
    const there = now.get(address);
    const shares = there === undefined ? undefined : liveShares(there);
    for (const variant of liveShares(serve).keys()) if (shares?.has(variant) !== true) withdrawn.add(variant);
  }
  return withdrawn;
}
