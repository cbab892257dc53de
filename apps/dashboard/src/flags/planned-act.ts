/** Acts that are scheduled most, as the operations they become. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { sharesOf, splitEdit, turn } from "./shares.ts";

export const PLANNED_ACTS = [
  { kind: "ramp", label: "Turn a variant’s share" },
  { kind: "kill", label: "Kill the flag" },
  { kind: "restore", label: "Restore the flag" },
  { kind: "stop", label: "Stop one variant" },
  { kind: "restore-variant", label: "Restore one variant" },
  { kind: "serve-all", label: "One variant for everyone, without rules" },
] as const;

/** The kind, and what the kinds that need it say. */
export interface PlannedAct {
  readonly kind: (typeof PLANNED_ACTS)[number]["kind"];
  readonly rule: string;
  readonly variant: string;
  readonly percent: number;
}

/** Shape: a share of what is a split with that variant by then is a ramp; of anything else all shares are given, as they follow from now. */
export function planAct(
  { kind, rule, variant, percent }: PlannedAct,
  config: FlagEnvironment,
  here: { readonly flag: string; readonly environment: string },
): Operation {
  if (kind === "kill" || kind === "restore") return { kind, ...here };
  if (kind === "restore-variant") return { kind: "restore", ...here, variant };
  if (kind !== "ramp") return { kind, ...here, variant };
  const serve = config.rules?.find(({ id }) => id === rule)?.serve ?? config.default;
  if ("split" in serve && serve.split[variant] !== undefined && othersOf(serve.split, variant) > 0)
    return { kind: "ramp", ...here, rule, variant, percent };
  const names = [...new Set([variant, ...("split" in serve ? Object.keys(serve.split) : [serve.variant])])];
  const shares = sharesOf(serve, names);
  const heir = names.find((name) => name !== variant);
  return splitEdit({ ...here, rule }, serve, turn(shares, variant, percent, heir));
}

const othersOf = (split: Readonly<Record<string, number>>, variant: string): number =>
  Object.entries(split).reduce((sum, [name, percent]) => (name === variant ? sum : sum + percent), 0);

/** Shape: epoch milliseconds → what a field for date and time takes, on the next full five minutes, in the time of this machine. */
export function localTime(at: number): string {
  const step = 5 * 60_000;
  const time = new Date(Math.ceil(at / step) * step);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}
