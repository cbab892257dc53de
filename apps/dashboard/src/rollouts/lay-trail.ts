/** One guardrail over time, laid out: the ratio that was seen, the bound that it is surely above, and the line. */

import type { GuardrailPoint } from "@dimmer/protocol";
import { lineOf } from "../plots/line-of.ts";
import { type LogScale, logScaleOf, placeOnLog } from "../plots/log-scale.ts";

export interface TrailOrder {
  readonly points: readonly GuardrailPoint[];
  readonly tolerance: number;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

export interface TrailLayout {
  readonly scale: LogScale;
  readonly from: number;
  readonly to: number;
  /** Of each point; NaN where nothing was known. */
  readonly places: readonly { readonly x: number; readonly seen: number; readonly bound: number }[];
  /** Paths of the two lines, and of what lies between them. */
  readonly seen: string;
  readonly bound: string;
  readonly between: string;
}

/** Shape: undefined where nothing is known of it yet. */
export function layTrail({ points, tolerance, width, height }: TrailOrder): TrailLayout | undefined {
  const known = points.filter(({ ratio, ratioAtLeast }) => ratio !== null || ratioAtLeast !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const ratios = known.flatMap(({ ratio, ratioAtLeast }) => [ratio, ratioAtLeast].filter((value) => value !== null));
  const scale = logScaleOf([...ratios, tolerance]);
  const [from, to] = [Date.parse(first.at), Math.max(Date.parse(last.at), Date.parse(first.at) + 1)];
  const y = (value: number | null): number => (value === null ? Number.NaN : height * (1 - placeOnLog(scale, value)));
  const places = points.map(({ at, ratio, ratioAtLeast }) => ({
    x: ((Date.parse(at) - from) / (to - from)) * width,
    seen: y(ratio),
    bound: y(ratioAtLeast),
  }));
  const both = places.filter(({ seen, bound }) => !Number.isNaN(seen) && !Number.isNaN(bound));
  return {
    scale,
    from,
    to,
    places,
    seen: lineOf(places.map(({ x, seen }) => [x, seen])),
    bound: lineOf(places.map(({ x, bound }) => [x, bound])),
    between:
      both.length < 2
        ? ""
        : `${lineOf(both.map(({ x, seen }) => [x, seen]))}${lineOf(both.map(({ x, bound }) => [x, bound] as const).reverse()).replace("M", "L")}Z`,
  };
}
