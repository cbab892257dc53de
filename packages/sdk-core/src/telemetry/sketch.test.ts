/** The sketch: how far estimates are off, what merging does, and what its text carries. */

import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ADDRESS_BITS,
  addHash,
  estimateCount,
  hashKey,
  mergeRegisters,
  newKeyHash,
  newRegisters,
  PEOPLE_BITS,
  readRegisters,
  standardError,
  writeRegisters,
  type Registers,
} from "./sketch.ts";

const hash = newKeyHash();

function sketchOf(keys: Iterable<string>, bits: number = PEOPLE_BITS): Registers {
  const registers = newRegisters(bits);
  for (const key of keys) {
    hashKey(key, hash);
    addHash(registers, hash);
  }
  return registers;
}

function* numbered(count: number, name: (at: number) => string): Generator<string> {
  for (let at = 0; at < count; at++) yield name(at);
}

const merged = (...all: readonly Registers[]): Registers => {
  const into = newRegisters(PEOPLE_BITS);
  for (const one of all) mergeRegisters(into, one);
  return into;
};

/** Keys as they are in the field: counted, counted with a tail, long and random, and not ASCII. */
const KINDS: Readonly<Record<string, (at: number) => string>> = {
  counted: (at) => `user-${at}`,
  plain: (at) => String(at),
  tailed: (at) => `${at}@example.com`,
  long: (at) => `${(at * 2_654_435_761) % 4_294_967_296}-0000-4000-8000-${at.toString(16).padStart(12, "0")}`,
  foreign: (at) => `ключ-${at}-鍵`,
};

describe("an estimate is within four standard errors", () => {
  const check = (bits: number, count: number, name: (at: number) => string): void => {
    const estimate = estimateCount(sketchOf(numbered(count, name), bits));
    expect(Math.abs(estimate - count)).toBeLessThanOrEqual(Math.max(0.5, 4 * standardError(bits) * count));
  };
  for (const [kind, name] of Object.entries(KINDS)) {
    test.each([0, 1, 2, 10, 100, 1_000, 5_000, 10_000, 50_000])(`of %d ${kind} keys`, (count) => {
      check(PEOPLE_BITS, count, name);
      check(ADDRESS_BITS, count, name);
    });
  }

  test("of a million", () => check(PEOPLE_BITS, 1_000_000, KINDS["counted"] as (at: number) => string));

  test("over many samples the error is no larger than is said", () => {
    const errors = Array.from({ length: 60 }, (_, sample) => {
      return estimateCount(sketchOf(numbered(20_000, (at) => `${sample}/${at}`))) / 20_000 - 1;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const rootMeanSquare = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(rootMeanSquare).toBeLessThan(1.3 * standardError(PEOPLE_BITS));
    expect(Math.abs(mean)).toBeLessThan(0.5 * standardError(PEOPLE_BITS));
  });
});

describe("merging", () => {
  const [a, b, c] = [0, 1, 2].map((part) => sketchOf(numbered(3_000, (at) => `user-${at + part * 2_000}`))) as [
    Registers,
    Registers,
    Registers,
  ];

  test("counts the keys of both once, in whatever order and however often", () => {
    const all = sketchOf(numbered(7_000, (at) => `user-${at}`));
    for (const merge of [merged(a, b, c), merged(merged(a, b), c), merged(a, merged(c, b)), merged(c, b, a, a, b)])
      expect(merge).toEqual(all);
  });

  test("with an empty one changes nothing", () => expect(merged(a, newRegisters(PEOPLE_BITS))).toEqual(a));
});

describe("as text", () => {
  test.each([0, 1, 300, 1_300, 1_400, 100_000])("%d keys come back", (count) => {
    for (const bits of [PEOPLE_BITS, ADDRESS_BITS]) {
      const registers = sketchOf(
        numbered(count, (at) => `user-${at}`),
        bits,
      );
      const text = writeRegisters(registers);
      expect(text.length).toBeLessThanOrEqual(registers.length);
      expect(text.length).toBeLessThanOrEqual(3 * count);
      expect(readRegisters(text, bits)).toEqual(registers);
    }
  });

  test.each(["A", "AA", "AA!", "A".repeat(4_095 + 3), "A".repeat(4_097), "//-", "!".repeat(4_096), "/".repeat(4_096), "AA/"])(
    "%j is no sketch",
    (text) => expect(readRegisters(text, PEOPLE_BITS)).toBeUndefined(),
  );

  test("a register that a smaller sketch has not is refused", () => {
    expect(readRegisters("//B", PEOPLE_BITS)).toBeDefined();
    expect(readRegisters("//B", ADDRESS_BITS)).toBeUndefined();
  });

  test("any text is read or refused, never more", () => {
    assert(
      property(string({ maxLength: 30 }), (text) => {
        const registers = readRegisters(text, PEOPLE_BITS);
        expect(registers === undefined || registers.every((rank) => rank <= 33)).toBe(true);
      }),
    );
  });
});

test("the hash is the same everywhere, or sketches of two SDKs could not be merged", () => {
  const hashes = ["", "a", "user-1", "ключ", "😀"].map((key) => {
    hashKey(key, hash);
    return [...hash];
  });
  expect(hashes).toMatchInlineSnapshot(`
    [
      [
        -1559790788,
        806899732,
      ],
      [
        1175505170,
        -703978965,
      ],
      [
        -472821552,
        -882903546,
      ],
      [
        262559828,
        570433467,
      ],
      [
        1306158760,
        1143826916,
      ],
    ]
  `);
});
