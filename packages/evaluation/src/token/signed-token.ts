/** Signed, expiring tokens: what somebody trustworthy says of a context, or which variants a preview shows. They are JWTs. */

import { encodeUtf8 } from "../bucketing/utf8.ts";
import { LIMITS } from "../limits.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { decodeUtf8 } from "./decode-utf8.ts";

/** What a token is for; it stands in the signed header, so that none can be used for another purpose. */
export type TokenType = "context" | "overrides" | "run" | "pin";

export interface TokenKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** HMAC-SHA-256 of ASCII text, 32 bytes; the platform has it and the pure core does not. */
export type Hmac = (key: Uint8Array, text: string) => Uint8Array;

export interface TokenClaims {
  /** `project/environment`: a token of one environment says nothing in another. */
  readonly audience: string;
  /** Epoch milliseconds; travels in whole seconds. */
  readonly expiresAt: number;
  /** A flat context, flag key → variant, what of an event belongs to its run, or a pin. */
  readonly content: Readonly<Record<string, unknown>>;
}

export type VerifiedToken =
  | { readonly content: Readonly<Record<string, unknown>> }
  /** `isKeyUnknown` where newer keys may tell otherwise. */
  | { readonly problem: string; readonly isKeyUnknown?: true };

/**
 * Signs a token.
 *
 * Shape:  a JWT: HS256, `kid`, `typ` of `dimmer-context+jwt`, `dimmer-overrides+jwt`, `dimmer-run+jwt` or `dimmer-pin+jwt`; claims `aud`, `exp`
 *         and `context`, `overrides`, `run` or `pin`. Any JWT library makes the same.
 * Errors: none; whoever signs looks at the length (`LIMITS.tokenChars`).
 * Source: RFC 7515, 7519; ADR-0031.
 */
export function signToken(type: TokenType, { audience, expiresAt, content }: TokenClaims, key: TokenKey, hmac: Hmac): string {
  const header = { alg: "HS256", typ: typOf(type), kid: key.id };
  const claims = { aud: audience, exp: Math.floor(expiresAt / 1_000), [type]: content };
  const signed = `${encodeJson(header)}.${encodeJson(claims)}`;
  return `${signed}.${encodeBase64Url(hmac(key.key, signed))}`;
}

/**
 * Verifies a token.
 *
 * Shape:  its content, or in a sentence why it does not count. The algorithm is ours to say, not the token's; the key is looked up
 *         among those given and nowhere else.
 * Errors: none thrown, whatever is given.
 * Source: ADR-0031; RFC 8725.
 */
export function verifyToken(
  type: TokenType,
  token: unknown,
  { audience, keys, now, hmac }: { audience: string; keys: readonly TokenKey[]; now: number; hmac: Hmac },
): VerifiedToken {
  if (typeof token !== "string") return { problem: "It is not text." };
  if (token.length > LIMITS.tokenChars) return { problem: `It is longer than ${LIMITS.tokenChars} characters.` };
  const [head, body, signature, ...more] = token.split(".");
  if (head === undefined || body === undefined || signature === undefined || more.length > 0) {
    return { problem: "It is not three parts with dots between." };
  }
  const header = decodeJson(head);
  if (header?.alg !== "HS256") return { problem: "It is not signed with HS256." };
  if (header.typ !== typOf(type)) return { problem: `Its typ is not ${typOf(type)}.` };
  const key = keys.find(({ id }) => id === header.kid);
  if (key === undefined) return { problem: "It is signed with a key that this environment does not know.", isKeyUnknown: true };
  if (!isSame(decodeBase64Url(signature), hmac(key.key, `${head}.${body}`))) return { problem: "Its signature is wrong." };
  return checkClaims(type, decodeJson(body), audience, now);
}

function checkClaims(
  type: TokenType,
  claims: Readonly<Record<string, unknown>> | undefined,
  audience: string,
  now: number,
): VerifiedToken {
  if (claims?.aud !== audience) return { problem: `It is not for ${audience}.` };
  if (typeof claims.exp !== "number") return { problem: "It says no time (exp) at which it expires." };
  if (claims.exp * 1_000 <= now) return { problem: "It has expired." };
  const content = claims[type];
  return isRecord(content) ? { content } : { problem: `Its ${type} is not an object.` };
}

const typOf = (type: TokenType): string => `dimmer-${type}+jwt`;

const encodeJson = (value: unknown): string => encodeBase64Url(encodeUtf8(JSON.stringify(value)));

function decodeJson(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeBase64Url(part);
  try {
    const value: unknown = bytes === undefined ? undefined : JSON.parse(decodeUtf8(bytes));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Looks at every byte whatever the first ones are, so that the time tells nothing. */
function isSame(given: Uint8Array | undefined, expected: Uint8Array): boolean {
  if (given?.length !== expected.length) return false;
  let difference = 0;
  for (const [at, byte] of expected.entries()) difference |= byte ^ (given[at] as number);
  return difference === 0;
}
