/** The limit's slot: SHA-1 of one block, generated unrolled, and N mod 100 000 read the way Dimmer reads it. */

const REGISTERS = ["a", "b", "c", "d", "e"];
const INITIAL = ["0x67452301", "-0x10325477", "-0x67452302", "0x10325476", "-0x3c2d1e10"];
/** 2^(32·(4 − i)) mod 3125: how word i of the digest weighs in N mod 3125. */
const WEIGHTS = [2081, 336, 1616, 1671, 1];

/**
 * Gives a function from an ASCII key to its slot in [0, 100 000) for one salt. Salt and key have at most 54 bytes
 * together, and the key at least 4.
 * Nothing is checked and nothing is allocated: it is a yardstick, not something to use.
 */
export function slotFunction(salt) {
  const prefix = `${salt}:`;
  const block = new Int32Array(16);
  for (let at = 0; at < prefix.length; at++) block[at >> 2] |= prefix.charCodeAt(at) << (24 - ((at & 3) << 3));
  return (key) => digestSlot(fillBlock(block, prefix.length, key));
}

const BLOCK = new Int32Array(16);

/** Writes prefix, key and end mark into BLOCK, a word at a time, and gives the length in bits. */
function fillBlock(prefix, start, key) {
  const size = key.length;
  const end = start + size;
  let word = start >> 2;
  for (let at = 0; at < word; at++) BLOCK[at] = prefix[at];
  let index = 0;
  if ((start & 3) !== 0) {
    let carry = prefix[word];
    for (let shift = 24 - ((start & 3) << 3); shift >= 0; shift -= 8) carry |= key.charCodeAt(index++) << shift;
    BLOCK[word++] = carry;
  }
  for (; index + 3 < size; index += 4) {
    BLOCK[word++] =
      (key.charCodeAt(index) << 24) |
      (key.charCodeAt(index + 1) << 16) |
      (key.charCodeAt(index + 2) << 8) |
      key.charCodeAt(index + 3);
  }
  let rest = 0;
  let shift = 24;
  for (; index < size; shift -= 8) rest |= key.charCodeAt(index++) << shift;
  BLOCK[word++] = rest | (0x80 << shift);
  for (; word < 15; word++) BLOCK[word] = 0;
  return end << 3;
}

const digestSlot = generateDigestSlot();

/** Eighty rounds written out over sixteen local words; the registers change names instead of places. */
function generateDigestSlot() {
  const lines = [`let ${Array.from({ length: 15 }, (_, i) => `w${i} = B[${i}]`).join(", ")}, w15 = bits;`];
  lines.push(`let ${REGISTERS.map((name, i) => `${name} = ${INITIAL[i]}`).join(", ")};`);
  let order = REGISTERS;
  for (let round = 0; round < 80; round++) {
    lines.push(...roundOf(round, order));
    order = [order[4], ...order.slice(0, 4)];
  }
  const words = order.map((name, i) => `(${INITIAL[i]} + ${name})`);
  lines.push(`const last = ${words[4]} | 0;`);
  lines.push(
    `const sum = ${words
      .slice(0, 4)
      .map((word, i) => `(${word} >>> 0) * ${WEIGHTS[i]}`)
      .join(" + ")} + (last >>> 0);`,
  );
  lines.push("const mod3125 = sum - Math.floor(sum / 3125) * 3125;");
  lines.push("const residue = mod3125 + 3125 * ((((last & 31) - mod3125) * 29) & 31);");
  lines.push("const hundreds = (residue / 100) | 0;");
  lines.push("return (residue - hundreds * 100) * 1000 + hundreds;");
  // Eighty rounds as text are shorter to check than as code, and this never leaves the bench.
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function("B", `"use strict"; return (bits) => { ${lines.join("\n")} };`)(BLOCK);
}

function roundOf(round, [a, b, c, d, e]) {
  const word = `w${round & 15}`;
  const mix = `${word} ^= w${(round + 13) & 15} ^ w${(round + 8) & 15} ^ w${(round + 2) & 15}; ${word} = (${word} << 1) | (${word} >>> 31);`;
  const { choose, constant } = stageOf(round, b, c, d);
  const step = `${e} = (((${a} << 5) | (${a} >>> 27)) + ${choose} + ${e} + ${constant} + ${word}) | 0; ${b} = (${b} << 30) | (${b} >>> 2);`;
  return round < 16 ? [step] : [mix, step];
}

function stageOf(round, b, c, d) {
  if (round < 20) return { choose: `(${d} ^ (${b} & (${c} ^ ${d})))`, constant: "0x5a827999" };
  if (round < 40) return { choose: `(${b} ^ ${c} ^ ${d})`, constant: "0x6ed9eba1" };
  if (round < 60) return { choose: `((${b} & ${c}) | (${d} & (${b} | ${c})))`, constant: "-0x70e44324" };
  return { choose: `(${b} ^ ${c} ^ ${d})`, constant: "-0x359d3e2a" };
}
