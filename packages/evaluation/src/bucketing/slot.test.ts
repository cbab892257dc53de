/** The slot against `node:crypto` and BigInt, at every length around the block borders. */

import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotOf } from "./slot.ts";

/** The definition, written as plainly as it can be. */
function slotByDefinition(salt: string, key: string): number {
  const digest = createHash("sha1")
    .update(Buffer.from(`${salt}:${key}`, "utf8"))
    .digest("hex");
  const whole = BigInt(`0x${digest}`);
  return Number((whole % 100n) * 1000n + ((whole / 100n) % 1000n));
}

describe("slotOf", () => {
  it("equals its definition for every length of ASCII salt and key around one and two blocks", () => {
    for (const saltLength of [0, 1, 2, 3, 4, 10, 52, 53, 54, 55, 56, 63, 64, 65, 120]) {
      for (let keyLength = 1; keyLength < 130; keyLength++) {
        const salt = "s".repeat(saltLength);
        const key = Array.from({ length: keyLength }, (_, at) => String.fromCharCode(33 + ((at * 7 + keyLength) % 90))).join("");
        expect(slotOf(salt, key)).toBe(slotByDefinition(salt, key));
      }
    }
  });

  it("equals its definition for any text, lone surrogates as U+FFFD", () => {
    const anyText = fc.string({
      unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constantFrom("\ud800", "\udc00", "😀", "é")),
    });
    fc.assert(
      fc.property(anyText, anyText, (salt, key) => slotOf(salt, key) === slotByDefinition(salt, key)),
      { numRuns: 3_000, seed: 11 },
    );
  });

  it("spreads keys evenly over the slots", () => {
    const counts = Array.from({ length: 100 }, () => 0);
    const keys = 100_000;
    for (let index = 0; index < keys; index++) {
      const percent = Math.floor(slotOf("summarizer", `user-${index}`) / 1_000);
      counts[percent] = (counts[percent] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - keys / 100) ** 2 / (keys / 100), 0);
    // 99 degrees of freedom: 1 in 10,000 hashes that are truly uniform exceeds 162.
    expect(chiSquare).toBeLessThan(162);
  });
});
