/** Seals secrets that must be readable again: useless to whoever has the store and not the key. */

import { createCipheriv, createDecipheriv } from "node:crypto";

export interface SealingKey {
  /** Eight hex digits; stands in what it sealed, so that a wrong key is told from a damaged secret. */
  readonly id: string;
  readonly key: Uint8Array;
}

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "v1";

/**
 * Shape:  `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. `place` (`signing-key/<id>`) is authenticated with it,
 *         so that a sealed text moved to another row does not open there.
 * Errors: none.
 * Source: ADR-0009.
 */
export function sealSecret(
  sealing: SealingKey,
  secret: Uint8Array,
  place: string,
  random: (bytes: number) => Uint8Array,
): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, sealing.key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(sealing, place));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, sealing.id, Buffer.from(nonce).toString("base64url"), sealed.toString("base64url")].join(".");
}

/**
 * Shape:  what `sealSecret` was given, with the same key and place.
 * Errors: an `Error` that says whether the format, the key or the content is wrong, and repeats none of them.
 */
export function openSecret(sealing: SealingKey, sealed: string, place: string): Uint8Array {
  const [version, keyId, nonce = "", content = "", ...more] = sealed.split(".");
  if (version !== VERSION || more.length > 0)
    throw new Error(`The sealed secret ${place} has a format that this version does not know.`);
  if (keyId !== sealing.id) throw new Error(`The secret ${place} was sealed with another DIMMER_SECRET_KEY.`);
  try {
    return decipher(sealing, Buffer.from(nonce, "base64url"), Buffer.from(content, "base64url"), place);
  } catch (cause) {
    throw new Error(`The sealed secret ${place} is damaged or was moved.`, { cause });
  }
}

function decipher(sealing: SealingKey, nonce: Uint8Array, content: Uint8Array, place: string): Uint8Array {
  const end = content.length - TAG_BYTES;
  const plain = createDecipheriv(ALGORITHM, sealing.key, nonce, { authTagLength: TAG_BYTES });
  plain.setAAD(authenticated(sealing, place));
  plain.setAuthTag(content.subarray(end));
  return new Uint8Array(Buffer.concat([plain.update(content.subarray(0, end)), plain.final()]));
}

function authenticated({ id }: SealingKey, place: string): Uint8Array {
  return Buffer.from([VERSION, id, place].join("\n"));
}

/** Seals again, in the same place, what another key sealed. Errors: those of `openSecret`. */
export type Reseal = (sealed: string, place: string) => string;

export function openReseal(before: SealingKey, after: SealingKey, random: (bytes: number) => Uint8Array): Reseal {
  return (sealed, place) => sealSecret(after, openSecret(before, sealed, place), place, random);
}
