/** One-time codes of a second factor, as every authenticator app makes them. */

import { createHmac, timingSafeEqual } from "node:crypto";

/** 160 bits, as RFC 4226 asks for. */
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/** Steps before and after the present one that count: clocks differ, and typing takes time. */
const WINDOW = 1;

export function drawTotpSecret(random: (bytes: number) => Uint8Array): Uint8Array {
  return random(SECRET_BYTES);
}

/**
 * The code of one time step.
 *
 * Shape:  six digits.
 * Source: RFC 6238 with SHA-1, RFC 4226 5.3; `totp.test.ts` has their vectors.
 */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * Finds the step of a code.
 *
 * Shape:  undefined for a wrong one, and for one of a step at or before `after`: a code that was seen once is worth nothing.
 */
export function matchTotp(secret: Uint8Array, code: string, now: number, after: number): number | undefined {
  const present = Math.floor(now / STEP_MS);
  const given = Buffer.from(code);
  for (let step = present - WINDOW; step <= present + WINDOW; step++) {
    const expected = Buffer.from(totpCode(secret, step));
    if (given.length === expected.length && timingSafeEqual(given, expected) && step > after) return step;
  }
  return undefined;
}

/** What an authenticator app reads from a picture. */
export function totpUri(secret: Uint8Array, email: string, host: string): string {
  const label = encodeURIComponent(`Dimmer (${host}):${email}`);
  return `otpauth://totp/${label}?${new URLSearchParams({ secret: base32(secret), issuer: `Dimmer (${host})` }).toString().replaceAll("+", "%20")}`;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Shape: RFC 4648 without padding. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/gu) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)] ?? "").join("");
}
