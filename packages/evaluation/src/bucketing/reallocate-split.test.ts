/** The allocator's promises, for any sequence of weight edits over any number of variants. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSplit } from "./check-split.ts";
import { rampSplit } from "./ramp-split.ts";
import { reallocateSplit } from "./reallocate-split.ts";
import { SLOTS, type StoredSplit } from "./split.ts";
import { splitMoves } from "./split-moves.ts";
import { heldShares, percentagesOf, sharesOf, storeSplit } from "./store-split.ts";

type Split = Readonly<Record<string, number>>;

/** Integer shares of 0.001 % that sum to `total`, from random cuts. */
function sharesFrom(cuts: readonly number[], names: readonly string[], total = SLOTS): Split {
  const borders = [0, ...cuts.slice(0, names.length - 1).map((cut) => Math.round(cut * total)), total].sort(
    (one, other) => one - other,
  );
  return Object.fromEntries(names.map((name, at) => [name, ((borders[at + 1] as number) - (borders[at] as number)) / 1_000]));
}

const NAMES = ["a", "b", "c", "d", "e", "f"];
const cut = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 0.1));
const splits = fc
  .integer({ min: 2, max: NAMES.length })
  .chain((count) =>
    fc
      .array(fc.array(cut, { minLength: count - 1, maxLength: count - 1 }), { minLength: 2, maxLength: 12 })
      .map((edits) => edits.map((cuts) => sharesFrom(cuts, NAMES.slice(0, count)))),
  );

const store = (split: Split): StoredSplit => storeSplit(split, { salt: "flag" });
const half = (before: Split, after: Split): number =>
  [...sharesOf(after)].reduce((sum, [name, slots]) => sum + Math.max(0, slots - (sharesOf(before).get(name) ?? 0)), 0);
const movedSlots = (before: StoredSplit, after: StoredSplit): number =>
  splitMoves({ split: before }, { split: after }).reduce((sum, move) => sum + move.slots, 0);

/** Walks a sequence of edits and looks at every step. */
function walk(
  edits: readonly Split[],
  look: (before: StoredSplit, after: StoredSplit, from: Split, to: Split) => void,
): StoredSplit {
  let from = edits[0] as Split;
  let stored = store(from);
  for (const to of edits.slice(1)) {
    const next = reallocateSplit(stored, to);
    look(stored, next, from, to);
    [stored, from] = [next, to];
  }
  return stored;
}

const check = (property: (edits: readonly Split[]) => void): void =>
  fc.assert(fc.property(splits, property), { numRuns: 400, seed: 4 });

describe("reallocateSplit", () => {
  it("moves exactly the minimum, to well-formed ranges with the asked shares", () => {
    check(
      (edits) =>
        void walk(edits, (before, after, from, to) => {
          expect(movedSlots(before, after)).toBe(half(from, to));
          expect(checkSplit(after)).toBeUndefined();
          for (const [name, slots] of sharesOf(to)) expect(heldShares(after.ranges).get(name) ?? 0).toBe(slots);
        }),
    );
  });

  it("lets a riser only gain and a faller only lose", () => {
    check(
      (edits) =>
        void walk(edits, (before, after, from, to) => {
          for (const move of splitMoves({ split: before }, { split: after })) {
            expect(to[move.from as string]).toBeLessThan(from[move.from as string] as number);
            expect(to[move.to as string]).toBeGreaterThan(from[move.to as string] as number);
          }
        }),
    );
  });

  it("restores the same people when it returns to the previous weights", () => {
    check(
      (edits) =>
        void walk(edits, (before, after, from) => {
          expect(reallocateSplit(after, from).ranges).toEqual(before.ranges);
        }),
    );
  });

  it("depends on the percentages alone with two variants since creation", () => {
    const percentages = fc.array(fc.integer({ min: 0, max: SLOTS }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(percentages, (slots) => {
        const last = slots.at(-1) as number;
        const stored = walk(
          slots.map((first) => ({ on: first / 1_000, off: (SLOTS - first) / 1_000 })),
          () => undefined,
        );
        expect(stored.ranges).toEqual(store({ on: last / 1_000, off: (SLOTS - last) / 1_000 }).ranges);
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  it("keeps range lists short", () => {
    check((edits) => {
      const stored = walk(edits, () => undefined);
      expect(stored.ranges.length).toBeLessThanOrEqual(4 * NAMES.length);
    });
  });

  it("gives and takes the slots of a rest like a variant's", () => {
    const stored = storeSplit({ a: 10, b: 20 }, { salt: "s" });
    const grown = reallocateSplit(stored, { a: 30, b: 20 });
    expect(percentagesOf(grown)).toEqual({ a: 30, b: 20 });
    expect(splitMoves({ split: stored, rest: { variant: "r" } }, { split: grown, rest: { variant: "r" } })).toEqual([
      { from: "r", to: "a", slots: 20_000 },
    ]);
    const gapped = {
      ...stored,
      ranges: [
        [10, 20, "a"],
        [30, 40, "b"],
      ] as const,
    };
    expect(heldShares(reallocateSplit(gapped, { a: 0, b: 0.02 }).ranges)).toEqual(new Map([["b", 20]]));
    expect(splitMoves({ split: gapped, rest: "next-rule" }, { variant: "a" }).map((move) => move.from)).toContain(null);
  });

  it("leaves a split alone whose shares are asked for again, and gives up the slots of a variant that has left the map", () => {
    const stored = store({ a: 50, b: 50 });
    expect(reallocateSplit(stored, { a: 50, b: 50 })).toBe(stored);
    expect(reallocateSplit(stored, { b: 100 }).ranges).toEqual([[0, SLOTS, "b"]]);
  });
});

describe("splitMoves", () => {
  it("looks through offsets, other salts and single variants", () => {
    const split = store({ a: 25, b: 75 });
    const moves = (before: Parameters<typeof splitMoves>[0], after: Parameters<typeof splitMoves>[1]) =>
      splitMoves(before, after);
    expect(moves({ split }, { split: { ...split, offset: 25_000 } })).toEqual([
      { from: "a", to: "b", slots: 25_000 },
      { from: "b", to: "a", slots: 25_000 },
    ]);
    expect(moves({ split }, { split: { ...split, offset: 90_000 } }).reduce((sum, move) => sum + move.slots, 0)).toBe(20_000);
    expect(moves({ split }, { split: { ...split, salt: "other" } })).toEqual([
      { from: "a", to: "b", slots: 18_750 },
      { from: "b", to: "a", slots: 18_750 },
    ]);
    expect(moves({ variant: "a" }, { split })).toEqual([{ from: "a", to: "b", slots: 75_000 }]);
  });
});

describe("rampSplit", () => {
  it.each([
    [{ a: 10, b: 90 }, "a", 25, { a: 25, b: 75 }],
    [{ a: 0, b: 100 }, "b", 40, { a: 60, b: 40 }],
    [{ a: 10, b: 60, c: 30 }, "a", 40, { a: 40, b: 40, c: 20 }],
    [{ a: 0, b: 33.333, c: 66.667 }, "a", 0.001, { a: 0.001, b: 33.333, c: 66.666 }],
    [{ a: 50, b: 25, c: 25 }, "a", 100, { a: 100, b: 0, c: 0 }],
    [{ a: 10, b: 20 }, "a", 15, { a: 15, b: 15 }],
  ])("%j: %s to %d %%", (split, variant, percent, expected) => {
    expect(rampSplit(split, variant, percent)).toEqual({ split: expected });
  });

  it.each([
    [{ a: 10, b: 90 }, "c", 25, "has no variant"],
    [{ a: 10, b: 90 }, "a", 101, "does not fit"],
    [{ a: 10, b: 90 }, "a", Number.NaN, "does not fit"],
    [{ a: 100, b: 0, c: 0 }, "a", 50, "at 0 %"],
  ])("%j: %s to %d %% is a problem", (split, variant, percent, problem) => {
    expect((rampSplit(split, variant, percent) as { problem: string }).problem).toContain(problem);
  });
});

describe("checkSplit", () => {
  const good = store({ a: 50, b: 50 });
  it.each([
    [good, undefined],
    [{ ...good, previous: good.ranges }, undefined],
    [null, "object"],
    [{ ...good, algorithm: "murmur" }, "algorithm"],
    [{ ...good, slots: 100 }, "slots"],
    [{ ...good, salt: 1 }, "salt"],
    [{ ...good, by: "" }, "attribute"],
    [{ ...good, offset: SLOTS }, "offset"],
    [{ ...good, offset: -1 }, "offset"],
    [{ ...good, ranges: "x" }, "list"],
    [{ ...good, ranges: [[0, 1]] }, "[from, to, variant]"],
    [
      {
        ...good,
        ranges: [
          [0, 10, "a"],
          [5, 20, "b"],
        ],
      },
      "sorted",
    ],
    [{ ...good, ranges: [[5, 5, "a"]] }, "sorted"],
    [{ ...good, ranges: [[0, 1.5, "a"]] }, "sorted"],
    [{ ...good, ranges: [[0, 5, 7]] }, "variant"],
    [{ ...good, previous: 3 }, "list"],
  ])("%j", (split, problem) => {
    expect(checkSplit(split) ?? "well formed").toContain(problem ?? "well formed");
  });
});
