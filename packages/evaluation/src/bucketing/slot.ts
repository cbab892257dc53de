/** Maps a key to its slot: the hashing rule that decides who is in a split, the same on every runtime. */

import { BLOCK, compressBlock, startDigest, STATE } from "./sha1.ts";
import { encodeUtf8 } from "./utf8.ts";

/** Bytes of a message that still fit one block: 64 less the end mark and the length. */
const ONE_BLOCK = 55;
const COLON = 0x3a;
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
 * Shape:  salt and any non-empty key → integer in [0, 100_000); one slot is 0.001 %. Short ASCII takes one block and no allocation.
 * Errors: none; evaluate() has already refused an empty key (TARGETING_KEY_MISSING).
 * Source: spec/vectors/slot.json; ADR-0004.
 */
export function slotOf(salt: string, key: string): number {
  const length = salt.length + 1 + key.length;
  if (length > ONE_BLOCK || !fillBlock(salt, key)) return slotOfBytes(encodeUtf8(`${salt}:${key}`));
  BLOCK[15] = length << 3;
  startDigest();
  compressBlock();
  return slotOfDigest();
}

/** Writes `salt:key` and the end mark into `BLOCK`, every word once; false where they are not ASCII. */
function fillBlock(salt: string, key: string): boolean {
  let at = 0;
  let word = 0;
  let seen = 0;
  for (let index = 0; index < salt.length; index++) {
    const unit = salt.charCodeAt(index);
    seen |= unit;
    word = (word << 8) | unit;
    if ((++at & 3) === 0) BLOCK[(at >> 2) - 1] = word;
  }
  word = (word << 8) | COLON;
  if ((++at & 3) === 0) BLOCK[(at >> 2) - 1] = word;
  let index = 0;
  for (; index < key.length && (at & 3) !== 0; index++) {
    const unit = key.charCodeAt(index);
    seen |= unit;
    word = (word << 8) | unit;
    if ((++at & 3) === 0) BLOCK[(at >> 2) - 1] = word;
  }
  for (; index + 3 < key.length; index += 4, at += 4) {
    const one = key.charCodeAt(index);
    const two = key.charCodeAt(index + 1);
    const three = key.charCodeAt(index + 2);
    const four = key.charCodeAt(index + 3);
    seen |= one | two | three | four;
    BLOCK[at >> 2] = (one << 24) | (two << 16) | (three << 8) | four;
  }
  for (; index < key.length; index++, at++) {
    const unit = key.charCodeAt(index);
    seen |= unit;
    word = (word << 8) | unit;
  }
  BLOCK[at >> 2] = ((word << 8) | END_MARK) << ((3 - (at & 3)) << 3);
  for (let rest = (at >> 2) + 1; rest < 15; rest++) BLOCK[rest] = 0;
  return seen < 0x80;
}

/** The general way: any length, any text. */
function slotOfBytes(bytes: readonly number[]): number {
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
