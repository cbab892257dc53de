/** The sketch against exact quantiles, and against DataDog's own bins. */

import { array, assert, constantFrom, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { describeReferenceCases } from "../reference-cases.contract.ts";
import { addToSketch, countOf, mergeSketches, newQuantileSketch, quantileOf, type QuantileSketch } from "./quantile-sketch.ts";

const sketchOf = (values: Iterable<number>, accuracy?: number): QuantileSketch =>
  addToSketch(newQuantileSketch(accuracy), values);
const counted = (count: number, of: (at: number) => number): number[] => Array.from({ length: count }, (_, at) => of(at + 1));

describe("a quantile sketch", () => {
  test("is within its accuracy of what is at that rank", () => {
    const values = array(double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    assert(
      property(values, constantFrom(0, 0.25, 0.5, 0.95, 1), (given, share) => {
        const exact = [...given].sort((one, other) => one - other)[Math.floor(share * (given.length - 1))] as number;
        const told = quantileOf(sketchOf(given), share) as number;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(0.01 * exact * (1 + 1e-9));
      }),
    );
  });

  test("counts zeros, and nothing that is no time and no price", () => {
    const sketch = sketchOf([0, 0, 0, 5, -1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(countOf(sketch)).toBe(4);
    expect([0, 0.5, 1].map((share) => quantileOf(sketch, share))).toEqual([0, 0, expect.closeTo(5, 0)]);
    expect(quantileOf(newQuantileSketch(), 0.5)).toBeUndefined();
  });

  test("merges in any order to the same as one that saw all", () => {
    const parts = [0, 1, 2].map((part) => counted(200, (at) => (at * (part + 1)) / 7));
    const [a, b, c] = parts.map((part) => sketchOf(part)) as [QuantileSketch, QuantileSketch, QuantileSketch];
    const both = (one: QuantileSketch, other: QuantileSketch) => mergeSketches(one, other) as QuantileSketch;
    const all = sketchOf(parts.flat());
    for (const merged of [both(both(a, b), c), both(c, both(b, a)), both(both(c, newQuantileSketch()), both(a, b))])
      expect(merged).toEqual(all);
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
    expect(mergeSketches(a, newQuantileSketch(0.02))).toBeUndefined();
  });

  test("keeps no more bins than it may, and of the widest spread the upper end", () => {
    const wide = sketchOf(
      counted(600, (at) => 10 ** (at - 300)),
      0.001,
    );
    const wider = sketchOf(
      counted(2_500, (at) => 1.02 ** at),
      0.001,
    );
    const merged = mergeSketches(wide, wider) as QuantileSketch;
    expect(Object.keys(merged.bins)).toHaveLength(2_048);
    expect(countOf(merged)).toBe(3_100);
    expect((quantileOf(merged, 1) as number) / 1e300).toBeCloseTo(1, 2);
  });
});

describeReferenceCases("sketch", {
  ddsketch_logarithmic: ({ relativeAccuracy }, expected) => {
    const binOf = (value: number) => Number(Object.keys(sketchOf([value], relativeAccuracy as number).bins)[0]);
    const sketch = sketchOf(
      counted(1_000, (at) => 3.7 * at),
      relativeAccuracy as number,
    );
    // Two bins apart are γ² apart: values of one bin come out as its middle.
    const valueOf = (value: number) => quantileOf(sketchOf([value], relativeAccuracy as number), 0.5) as number;
    const named = <T>(names: object, of: (name: string) => T) =>
      Object.fromEntries(Object.keys(names).map((name) => [name, of(name)]));
    return {
      gamma: Math.sqrt(valueOf(1.03) / valueOf(0.99)),
      key: named(expected.key as object, (value) => binOf(Number(value))),
      quantiles: named(expected.quantiles as object, (share) => quantileOf(sketch, Number(share))),
    };
  },
});
