/** One-time codes: the vectors of the RFCs, the window, and no code twice. */

import { expect, test } from "vitest";
import { base32, matchTotp, totpCode, totpUri } from "./totp.ts";

const SECRET = new Uint8Array(Buffer.from("12345678901234567890"));

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("RFC 6238 at %i s is %s", (seconds, code) => {
  expect(totpCode(SECRET, Math.floor(seconds / 30))).toBe(code);
});

test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foobar", "MZXW6YTBOI"],
])("RFC 4648 of %j is %s", (text, expected) => {
  expect(base32(new Uint8Array(Buffer.from(text)))).toBe(expected);
});

test("a code counts a step before and after its own, and once", () => {
  const now = 1_111_111_109_000;
  const step = Math.floor(now / 30_000);
  for (const near of [-1, 0, 1]) expect(matchTotp(SECRET, totpCode(SECRET, step + near), now, 0)).toBe(step + near);
  for (const far of [-2, 2]) expect(matchTotp(SECRET, totpCode(SECRET, step + far), now, 0)).toBeUndefined();
  expect(matchTotp(SECRET, totpCode(SECRET, step), now, step)).toBeUndefined();
  expect(matchTotp(SECRET, totpCode(SECRET, step - 1), now, step)).toBeUndefined();
  for (const odd of ["", "28708", "2870820", "abcdef", "２８７０８２"]) expect(matchTotp(SECRET, odd, now, 0)).toBeUndefined();
});

test("the address names the server, the person and the secret", () => {
  const uri = new URL(totpUri(SECRET, "ada@example.com", "dimmer.example.com"));
  expect(decodeURIComponent(uri.pathname)).toBe("/Dimmer (dimmer.example.com):ada@example.com");
  expect(uri.searchParams.get("secret")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  expect(uri.searchParams.get("issuer")).toBe("Dimmer (dimmer.example.com)");
});
