/** Which split of a flag a ramp means, and which variant of it. */

import { type FlagEnvironment, sayPercent, sayServe, type Serve } from "@dimmer/evaluation";
import { notFound, wrongUsage } from "./failure.ts";
import { checkPercent, readPercent } from "./output/percent.ts";
import { didYouMean } from "./output/suggest.ts";

export interface ChosenServe {
  /** A rule id, or `default`. */
  readonly rule: string;
  readonly serve: Serve;
}

/** The one that was named, else the only split there is; without any split, the only thing that is served. */
export function chooseServe(config: FlagEnvironment, named: string | undefined, where: string): ChosenServe {
  const serves = [
    ...(config.rules ?? []).map(({ id, serve }) => ({ rule: id, serve })),
    { rule: "default", serve: config.default },
  ];
  if (named !== undefined) {
    const found = serves.find(({ rule }) => rule === named);
    if (found !== undefined) return found;
    throw notFound(
      `${where} has no rule ${named}.`,
      didYouMean(
        named,
        serves.map(({ rule }) => rule),
      ),
    );
  }
  const splits = serves.filter(({ serve }) => "split" in serve);
  const candidates = splits.length > 0 ? splits : serves;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const list = candidates.map(({ rule, serve }) => `  --rule ${rule}  (${sayServe(serve)})`);
  throw wrongUsage(`${where} has several ${splits.length > 0 ? "splits" : "rules"}; name one:\n${list.join("\n")}`);
}

export interface Ramp {
  readonly variant: string;
  readonly percent: number;
  /** The authored percentages after it, where there was no split before. */
  readonly newSplit: Readonly<Record<string, number>> | undefined;
}

/** `[VARIANT] PERCENT`: the first variant of the split unless one is named. */
export function readRamp(
  words: readonly string[],
  { rule, serve }: ChosenServe,
  variants: readonly string[],
  flag: string,
): Ramp {
  const [first = "", second] = words;
  // No variant begins like a number, so this was meant to be one.
  if (second === undefined && /^[-+.\d]/u.test(first)) checkPercent(first);
  if (second === undefined && readPercent(first) === undefined)
    throw wrongUsage(`How many percent of ${flag} should get ${first}?`, `Such as: dimmer ramp ${flag} ${first} 25`);
  const percent = checkPercent(second ?? first);
  const named = second === undefined ? undefined : first;
  if (named !== undefined && !variants.includes(named))
    throw notFound(`Flag ${flag} has no variant ${named}.`, didYouMean(named, variants));
  if ("split" in serve) return { variant: named ?? Object.keys(serve.split)[0] ?? "", percent, newSplit: undefined };
  return splitOff(flag, rule, serve.variant, named, percent);
}

/** Where one variant is served to all, ramping another makes a split: what it does not take stays where it was. */
function splitOff(flag: string, rule: string, served: string, named: string | undefined, percent: number): Ramp {
  const at = rule === "default" ? flag : `Rule ${rule} of ${flag}`;
  if (named === undefined || named === served) {
    throw wrongUsage(
      `${at} serves ${served} to all; it is not a split.`,
      `Name the variant that rises: dimmer ramp ${flag} VARIANT PERCENT`,
    );
  }
  return { variant: named, percent, newSplit: { [named]: percent, [served]: Number((100 - percent).toFixed(3)) } };
}

export const sayNothingToRamp = ({ variant, percent }: Ramp, flag: string, rule: string): string =>
  `Nothing changes: ${flag}:${variant} is at ${sayPercent(percent)} already${rule === "default" ? "" : ` in rule ${rule}`}.`;

export const sayRamp = ({ variant, percent }: Ramp, flag: string, rule: string): string =>
  `Ramp ${flag}:${variant} to ${sayPercent(percent)}${rule === "default" ? "" : ` in rule ${rule}`}`;
