/** Maps a key to its slot: the hashing rule that decides who is in a split, the same on every runtime. */

import { BLOCK, compressBlock, startDigest, STATE } from "./sha1.ts";
import { encodeUtf8 } from "./utf8.ts";

/** Bytes of a message that still fit one block: 64 less the end mark and the length. */
const ONE_BLOCK = 55;
const END_MARK = 0x80;
/** 2^32 mod 3125, to the powers 4 to 1: how the words of the digest weigh in N mod 3125. */
const WEIGHT_0 = 2_081;
const WEIGHT_1 = 336;
const WEIGHT_2 = 1_616;
const WEIGHT_3 = 1_671;
/** 3125⁻¹ mod 32, for the Chinese remainder step. */
const INVERSE = 29;

/**
 * Maps a key to its slot, the same on every runtime.
 *
 * Shape:  salt and any non-empty key → integer in [0, 100_000); one slot is 0.001 %. Whoever has the salt's prefix gives it, and
 *         short ASCII keys then take one block and no allocation.
 * Errors: none; evaluate() has already refused an empty key (TARGETING_KEY_MISSING).
 * Source: spec/vectors/slot.json; ADR-0004.
 */
export function slotOf(salt: string, key: string, prefix = prefixOf(salt)): number {
  return prefix === undefined ? slotOfText(salt, key) : slotBehind(prefix, 0, prefix.length, salt, key);
}

/** `salt:` as the first words of a block and how many bytes it has in the end; undefined where it leaves no room or is not ASCII. */
export function prefixOf(salt: string): readonly number[] | undefined {
  const bytes = encodeUtf8(`${salt}:`);
  if (bytes.length > salt.length + 1 || bytes.length >= ONE_BLOCK) return undefined;
  const words = Array.from({ length: (bytes.length >> 2) + 1 }, (_, word) => bytesAt(bytes, word << 2));
  return [...words, bytes.length];
}

/**
 * `slotOf`, for a salt whose prefix lies ready at `from` of any array: a short ASCII key takes one block and no allocation.
 */
export function slotBehind(words: readonly unknown[], from: number, size: number, salt: string, key: string): number {
  const bits = fillBlock(words, from, from + size - 1, key);
  if (bits === 0) return slotOfText(salt, key);
  BLOCK[15] = bits;
  startDigest();
  compressBlock();
  return slotOfDigest();
}

/** Writes prefix, key and end mark into `BLOCK`, every word once, and gives the length in bits; 0 where they are no ASCII of one block. */
function fillBlock(words: readonly unknown[], from: number, sizeAt: number, key: string): number {
  const start = words[sizeAt] as number;
  const size = key.length;
  if (start + size > ONE_BLOCK) return 0;
  let at = 0;
  for (let index = from; index < sizeAt - 1; index++) BLOCK[at++] = words[index] as number;
  let word = words[sizeAt - 1] as number;
  let seen = 0;
  let index = 0;
  let free = 4 - (start & 3);
  // What the prefix left of its last word.
  for (; free > 0 && index < size; free--) {
    const unit = key.charCodeAt(index++);
    seen |= unit;
    word |= unit << ((free - 1) << 3);
  }
  if (free === 0) {
    BLOCK[at++] = word;
    for (; index + 3 < size; index += 4) {
      const one = key.charCodeAt(index);
      const two = key.charCodeAt(index + 1);
      const three = key.charCodeAt(index + 2);
      const four = key.charCodeAt(index + 3);
      seen |= one | two | three | four;
      BLOCK[at++] = (one << 24) | (two << 16) | (three << 8) | four;
    }
    word = 0;
    for (free = 4; index < size; free--) {
      const unit = key.charCodeAt(index++);
      seen |= unit;
      word |= unit << ((free - 1) << 3);
    }
  }
  BLOCK[at++] = word | (END_MARK << ((free - 1) << 3));
  while (at < 15) BLOCK[at++] = 0;
  return seen < 0x80 ? (start + size) << 3 : 0;
}

/** The general way: any length, any text. */
function slotOfText(salt: string, key: string): number {
  const bytes = encodeUtf8(`${salt}:${key}`);
  const blocks = ((bytes.length + 8) >> 6) + 1;
  startDigest();
  for (let block = 0; block < blocks; block++) {
    for (let word = 0; word < 16; word++) BLOCK[word] = wordAt(bytes, (block << 6) + (word << 2));
    if (block === blocks - 1) BLOCK[15] = bytes.length << 3;
    compressBlock();
  }
  return slotOfDigest();
}

function wordAt(bytes: readonly number[], at: number): number {
  return (padded(bytes, at) << 24) | (padded(bytes, at + 1) << 16) | (padded(bytes, at + 2) << 8) | padded(bytes, at + 3);
}

/** Four bytes as a big-endian word; what lies behind the end is 0. */
function bytesAt(bytes: readonly number[], at: number): number {
  return [0, 1, 2, 3].reduce((word, offset) => (word << 8) | (bytes[at + offset] ?? 0), 0);
}

function padded(bytes: readonly number[], at: number): number {
  if (at < bytes.length) return bytes[at] as number;
  return at === bytes.length ? END_MARK : 0;
}

/**
 * The digest as one 160-bit big-endian integer N: slot = (N mod 100)·1000 + ⌊N/100⌋ mod 1000.
 * N mod 100 000 comes from N mod 3125 (a weighted sum below 2^45, exact in a double) and N mod 32 (the last five bits).
 */
function slotOfDigest(): number {
  const last = STATE[4] as number;
  const sum =
    ((STATE[0] as number) >>> 0) * WEIGHT_0 +
    ((STATE[1] as number) >>> 0) * WEIGHT_1 +
    ((STATE[2] as number) >>> 0) * WEIGHT_2 +
    ((STATE[3] as number) >>> 0) * WEIGHT_3 +
    (last >>> 0);
  const mod3125 = sum - Math.floor(sum / 3_125) * 3_125;
  const residue = mod3125 + 3_125 * ((((last & 31) - mod3125) * INVERSE) & 31);
  const hundreds = (residue / 100) | 0;
  return (residue - hundreds * 100) * 1_000 + hundreds;
}
