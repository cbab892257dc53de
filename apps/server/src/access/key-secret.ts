/** The secret text of a key: how it is made, recognised and digested. */

import type { KeyKind } from "@dimmer/protocol";
import { hash } from "node:crypto";

const SECRET_BYTES = 32;
/** Characters of a key that are shown, to recognise it by. */
const SHOWN = 4;
/** Longest text that can be a key; longer ones are not even digested. */
export const MAX_SECRET = 200;
/** Shortest text that an installer may choose. */
export const MIN_SECRET = 20;
const VISIBLE_ASCII = /^[\x21-\x7E]+$/;

/** Shape: `dm_<kind>_` and 43 characters of base64url: 256 random bits. */
export function drawSecret(
  kind: KeyKind | "link" | "session" | "person" | "invitation" | "reset" | "device",
  random: (bytes: number) => Uint8Array,
): string {
  return `dm_${kind}_${Buffer.from(random(SECRET_BYTES)).toString("base64url")}`;
}

/** Shape: SHA-256 in hex. The secret has 256 random bits (or an installer chose it), so that a slow hash would add nothing. */
export function secretHash(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** Shape: the kind's prefix, where it has one, and the next four characters. */
export function shownPrefix(secret: string): string {
  const prefix = /^dm_[a-z]+_/.exec(secret)?.[0] ?? "";
  return secret.slice(0, prefix.length + SHOWN);
}

/** Why a text chosen by an installer cannot be a key, or undefined. */
export function checkChosenSecret(secret: string): string | undefined {
  if (secret.length < MIN_SECRET || secret.length > MAX_SECRET) return `must be ${MIN_SECRET} to ${MAX_SECRET} characters`;
  return VISIBLE_ASCII.test(secret) ? undefined : "must be visible ASCII characters only, without spaces";
}
