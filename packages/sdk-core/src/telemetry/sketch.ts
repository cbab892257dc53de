/** A mergeable sketch of how many different keys there were (HyperLogLog), that never gives a key back. */

/**
 * What is kept: for each register the longest run of leading zeros among the keys that fell into it, plus one.
 *
 * Shape:  2^bits bytes, each 0…33. Estimates are off by about 1.04 / √registers (one standard error): 1.6 % with 4,096 registers,
 *         3.3 % with 1,024; small numbers are nearly exact.
 * Source: Flajolet et al. 2007; the estimator is Ertl's (arXiv:1702.01284, algorithm 6); ADR-0026.
 */
export type Registers = Uint8Array;

/** Registers as a power of two: everybody in an environment, and the people of one rule. */
export const PEOPLE_BITS = 12;
export const ADDRESS_BITS = 10;

/** Leading zeros are counted in 32 bits. */
const RANK_BITS = 32;

export const newRegisters = (bits: number): Registers => new Uint8Array(2 ** bits);

/** Two words of one key's hash: the first chooses the register, the second its rank. */
export type KeyHash = Int32Array;

export const newKeyHash = (): KeyHash => new Int32Array(2);

/**
 * Hashes a key, the same in every SDK, or their sketches could not be merged.
 *
 * Shape:  over UTF-16 code units; writes into `hash` and allocates nothing.
 * Errors: none.
 * Source: ADR-0026 has the numbers.
 */
export function hashKey(key: string, hash: KeyHash): void {
  let one = 0x2c1b3c6d;
  let other = 0x297a2d39;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x85ebca77);
  }
  hash[0] = mix(one ^ (other >>> 15) ^ key.length);
  hash[1] = mix(other ^ (one >>> 13));
}

/** Every bit of the word bears on every bit of the result. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/** Shape: adding a key again changes nothing. */
export function addHash(registers: Registers, hash: KeyHash): void {
  const word = hash[0] as number;
  const rank = Math.clz32(hash[1] as number) + 1;
  // As many of the upper bits as there are registers.
  const at = word >>> (Math.clz32(registers.length) + 1);
  if ((registers[at] as number) < rank) registers[at] = rank;
}

/** Shape: `into` then counts the keys of both once; in any order and any number of times the same. */
export function mergeRegisters(into: Registers, other: Registers): void {
  for (let at = 0; at < into.length; at++) {
    const rank = other[at] as number;
    if ((into[at] as number) < rank) into[at] = rank;
  }
}

/** How many different keys were added, about. */
export function estimateCount(registers: Registers): number {
  const size = registers.length;
  const counts = Array.from({ length: RANK_BITS + 2 }, () => 0);
  for (const rank of registers) counts[rank] = (counts[rank] as number) + 1;
  let sum = size * tail(1 - (counts[RANK_BITS + 1] as number) / size);
  for (let rank = RANK_BITS; rank >= 1; rank--) sum = (sum + (counts[rank] as number)) / 2;
  sum += size * head((counts[0] as number) / size);
  return (size * size) / (2 * Math.LN2 * sum);
}

/** One standard error, as a share of the estimate. */
export const standardError = (bits: number): number => 1.04 / Math.sqrt(2 ** bits);

/** Ertl's σ: what empty registers say. */
function head(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  for (;;) {
    power *= power;
    const next = sum + power * weight;
    if (next === sum) return sum;
    sum = next;
    weight += weight;
  }
}

/** Ertl's τ: what full registers say. */
function tail(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let sum = 1 - share;
  for (;;) {
    root = Math.sqrt(root);
    weight /= 2;
    const next = sum - (1 - root) ** 2 * weight;
    if (next === sum) return sum / 3;
    sum = next;
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The registers as text for the wire.
 *
 * Shape:  one character each, its rank; or, where that is shorter, three characters for each that is not empty: two of its number,
 *         one of its rank. The lengths tell the two apart, as no power of two is a multiple of three.
 */
export function writeRegisters(registers: Registers): string {
  let sparse = "";
  for (let at = 0; at < registers.length; at++) {
    const rank = registers[at] as number;
    if (rank > 0) sparse += digit(at >> 6) + digit(at & 63) + digit(rank);
    if (sparse.length >= registers.length) return Array.from(registers, digit).join("");
  }
  return sparse;
}

const digit = (value: number): string => DIGITS.charAt(value);

/** Shape: undefined for text that no sketch of this size writes. */
export function readRegisters(text: string, bits: number): Registers | undefined {
  const registers = newRegisters(bits);
  const isDense = text.length === registers.length;
  if (!isDense && (text.length % 3 !== 0 || text.length > registers.length)) return undefined;
  const step = isDense ? 1 : 3;
  for (let at = 0; at < text.length; at += step) {
    const place = isDense ? at : valueAt(text, at) * 64 + valueAt(text, at + 1);
    const rank = valueAt(text, at + step - 1);
    if (!(place < registers.length) || rank > RANK_BITS + 1 || !(rank >= 0)) return undefined;
    registers[place] = rank;
  }
  return registers;
}

/** NaN for what is no digit, which then fails every comparison. */
function valueAt(text: string, at: number): number {
  const value = DIGITS.indexOf(text.charAt(at));
  return value < 0 ? Number.NaN : value;
}
