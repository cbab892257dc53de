/** How values are spread, in few counts that merge: quantiles within a hundredth, over replicas and hours. */

/** Plain JSON, as it lies in a store and on the wire. */
export interface QuantileSketch {
  /** What a quantile may be off by, relative to itself; sketches merge of the same alone. */
  readonly accuracy: number;
  /** Values of 0. */
  readonly zeros: number;
  /** How many values are in each bin, by its number. */
  readonly bins: Readonly<Record<string, number>>;
}

const ACCURACY = 0.01;
/** At an accuracy of a hundredth these reach over 17 powers of ten. Where values are wider apart, the smallest are taken for one. */
const MOST_BINS = 2_048;

/**
 * A sketch of nothing yet.
 *
 * Shape:  `accuracy` in (0, 1).
 * Source: Masson, Rim & Lee, DDSketch (VLDB 2019); reference statistics 1; ADR-0060.
 */
export const newQuantileSketch = (accuracy: number = ACCURACY): QuantileSketch => ({ accuracy, zeros: 0, bins: {} });

/**
 * Adds values.
 *
 * Shape:  numbers from 0.
 * Errors: none; what is negative or no number is not counted.
 */
export function addToSketch(sketch: QuantileSketch, values: Iterable<number>): QuantileSketch {
  const logGamma = logGammaOf(sketch);
  const bins = new Map(Object.entries(sketch.bins));
  let { zeros } = sketch;
  for (const value of values) {
    if (value === 0) zeros++;
    else if (value > 0 && Number.isFinite(value)) grow(bins, String(Math.ceil(Math.log(value) / logGamma)), 1);
  }
  return { ...sketch, zeros, bins: bounded(bins) };
}

/**
 * The sketch of both together, in any order the same.
 *
 * Errors: none; undefined where their accuracies differ, as no bin of one is a bin of the other.
 */
export function mergeSketches(one: QuantileSketch, other: QuantileSketch): QuantileSketch | undefined {
  if (one.accuracy !== other.accuracy) return undefined;
  const bins = new Map(Object.entries(one.bins));
  for (const [key, count] of Object.entries(other.bins)) grow(bins, key, count);
  return { accuracy: one.accuracy, zeros: one.zeros + other.zeros, bins: bounded(bins) };
}

/** How many values there are. */
export const countOf = ({ zeros, bins }: QuantileSketch): number =>
  Object.values(bins).reduce((total, count) => total + count, zeros);

/**
 * The value that a share of all values is at or below.
 *
 * Shape:  `share` in [0, 1]; undefined of a sketch of nothing.
 * Errors: none.
 */
export function quantileOf(sketch: QuantileSketch, share: number): number | undefined {
  const count = countOf(sketch);
  if (count === 0) return undefined;
  const gamma = Math.exp(logGammaOf(sketch));
  const rank = share * (count - 1);
  let upTo = sketch.zeros;
  let value = 0;
  for (const [key, inBin] of ascending(sketch.bins)) {
    if (upTo > rank) break;
    upTo += inBin;
    value = (2 * gamma ** key) / (1 + gamma);
  }
  return value;
}

/** Of how much wider each bin is than the one below it. */
const logGammaOf = ({ accuracy }: QuantileSketch): number => Math.log((1 + accuracy) / (1 - accuracy));

const ascending = (bins: Readonly<Record<string, number>>): (readonly [key: number, count: number])[] =>
  Object.entries(bins)
    .map(([key, count]) => [Number(key), count] as const)
    .sort(([one], [other]) => one - other);

function grow(bins: Map<string, number>, key: string, count: number): void {
  bins.set(key, (bins.get(key) ?? 0) + count);
}

function bounded(bins: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const all = Object.fromEntries(bins);
  if (bins.size <= MOST_BINS) return all;
  const sorted = ascending(all);
  const kept = sorted.slice(-MOST_BINS);
  const lost = sorted.slice(0, -MOST_BINS).reduce((total, [, count]) => total + count, 0);
  const [lowest] = kept as [readonly [number, number]];
  return { ...Object.fromEntries(kept), [lowest[0]]: lowest[1] + lost };
}
