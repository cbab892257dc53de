/** Chance that is the same in every run: a failure of a random test can be had again from its seed. */

export interface Random {
  /** An integer in [0, below). */
  readonly integer: (below: number) => number;
  /** True once in so many. */
  readonly isOne: (outOf: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  /** Between `least` and `most` things made one by one. */
  readonly many: <T>(least: number, most: number, make: (at: number) => T) => T[];
}

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed;
  const integer = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  return {
    integer,
    isOne: (outOf) => integer(outOf) === 0,
    pick: <T>(list: readonly T[]) => list.at(integer(list.length)) as T,
    many: (least, most, make) => Array.from({ length: least + integer(most - least + 1) }, (_, at) => make(at)),
  };
}
