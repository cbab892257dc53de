/** Pin tokens: what a conversation was first served, signed, so that it goes on being served that wherever it turns up next. */

import { encodeUtf8 } from "../bucketing/utf8.ts";
import type { CompiledSnapshot } from "../compile-snapshot.ts";
import type { Pin } from "../context.ts";
import type { Evaluation } from "../details.ts";
import { LIMITS } from "../limits.ts";
import { pathOf, readCarefully, unitOf } from "../run.ts";
import { encodeBase64Url } from "./base64url.ts";
import { type Hmac, signToken, type TokenKey, verifyToken } from "./signed-token.ts";

/** One flag's pin and whose it is. */
export interface PinnedAnswer {
  readonly flag: string;
  /** The session or conversation, as the flag's `pin.by` names it; a token carries a digest of it. */
  readonly unit: string;
  readonly pin: Pin;
  /** How long the flag pins. */
  readonly seconds: number;
}

/** What pins tokens hold; those that do not count are left out, and the `problem` is that of the first of them. */
export interface ReadPins {
  /** Flag key → pin, as `EvaluateOptions` takes them. */
  readonly pins: Readonly<Record<string, Pin>>;
  readonly refused: number;
  readonly problem?: string;
  /** Newer keys may tell otherwise. */
  readonly isKeyUnknown?: true;
}

/** What tokens are verified with. */
export interface Verifying {
  readonly audience: string;
  readonly keys: readonly TokenKey[];
  readonly now: number;
  readonly hmac: Hmac;
}

type Answer = Pick<Evaluation, "flagKey" | "variant" | "reason" | "flagMetadata">;

/**
 * What to pin of an answer.
 *
 * Shape:  nothing where the flag does not pin, the context does not name the session, the answer is degraded, overridden or itself from
 *         a pin, or is not of the flag as the snapshot has it: an epoch that was raised since must not be written into the pin.
 * Errors: none, whatever the context is.
 * Source: ADR-0046.
 */
export function pinnedAnswer(snapshot: CompiledSnapshot, answer: Answer, context: unknown): PinnedAnswer | undefined {
  const { flagKey, variant = "", reason, flagMetadata } = answer;
  const flag = snapshot.flags.get(flagKey)?.source;
  const seconds = secondsOf(flag?.pin?.for);
  const unit = pinUnit(snapshot, flagKey, context);
  if (flag === undefined || seconds === undefined || unit === undefined) return undefined;
  const { valueVersion, version, path } = flagMetadata;
  const pinEpoch = Object.hasOwn(flag.variants, variant) ? flag.variants[variant]?.pinEpoch : undefined;
  const pin = readPin({ variant, valueVersion, pinEpoch, reason });
  if (pin === undefined || version !== String(flag.revision) || path === "pin" || path === "override") return undefined;
  return { flag: flagKey, unit, pin, seconds };
}

/** The session or conversation that a flag's `pin.by` names in a context. Errors: none, whatever the context is. */
export function pinUnit(snapshot: CompiledSnapshot, flagKey: string, context: unknown): string | undefined {
  const by = snapshot.flags.get(flagKey)?.source.pin?.by;
  if (typeof by !== "string" || typeof context !== "object" || context === null) return undefined;
  try {
    return unitOf(readCarefully(context, by, pathOf(by).parts));
  } catch {
    return undefined;
  }
}

/** Signs a pin. Errors: none; a flag's and a variant's key and four small fields stay far below `LIMITS.tokenChars`. */
export function signPin(
  { flag, unit, pin, seconds }: PinnedAnswer,
  { audience, now, key, hmac }: Pick<Verifying, "audience" | "now" | "hmac"> & { readonly key: TokenKey },
): string {
  const { variant, valueVersion, pinEpoch, reason } = pin;
  const content = { flag, variant, valueVersion, pinEpoch, reason, unit: markOf(flag, unit, key, hmac) };
  return signToken("pin", { audience, expiresAt: now + seconds * 1_000, content }, key, hmac);
}

/**
 * Reads the pins of a context attribute.
 *
 * Shape:  one token, or a list of at most `LIMITS.pinTokens`; `unitFor` names the session of a flag's pins in the context at hand, so
 *         that another session's token is none.
 * Errors: none thrown, whatever is given.
 * Source: ADR-0046.
 */
export function readPins(given: unknown, unitFor: (flagKey: string) => string | undefined, verifying: Verifying): ReadPins {
  if (given === undefined) return { pins: {}, refused: 0 };
  const tokens: readonly unknown[] = Array.isArray(given) ? given : [given];
  const read = tokens.slice(0, LIMITS.pinTokens).map((token) => readToken(token, unitFor, verifying));
  const problems = read.flatMap((one) => ("problem" in one ? [one] : []));
  const problem = problems[0]?.problem ?? (tokens.length > read.length ? `There are more than ${LIMITS.pinTokens}.` : undefined);
  return {
    pins: Object.fromEntries(read.flatMap((one) => ("pin" in one ? [[one.flag, one.pin]] : []))),
    refused: problems.length + tokens.length - read.length,
    ...(problem === undefined ? {} : { problem }),
    ...(problems.some(({ isKeyUnknown }) => isKeyUnknown) ? { isKeyUnknown: true } : {}),
  };
}

type ReadToken = { readonly flag: string; readonly pin: Pin } | { readonly problem: string; readonly isKeyUnknown?: true };

function readToken(token: unknown, unitFor: (flagKey: string) => string | undefined, verifying: Verifying): ReadToken {
  const verified = verifyToken("pin", token, verifying);
  if ("problem" in verified) return verified;
  const { flag, unit: mark, ...rest } = verified.content;
  const pin = readPin(rest);
  if (typeof flag !== "string" || pin === undefined) return { problem: "It is no pin." };
  const unit = unitFor(flag);
  if (unit === undefined) return { problem: "The flag does not pin, or the context does not name the session." };
  const isOurs = verifying.keys.some((key) => mark === markOf(flag, unit, key, verifying.hmac));
  return isOurs ? { flag, pin } : { problem: "It is another session's." };
}

/** Only what was really decided can be kept. */
function readPin({ variant, valueVersion, pinEpoch, reason }: Readonly<Record<string, unknown>>): Pin | undefined {
  if (typeof variant !== "string" || !Number.isSafeInteger(valueVersion) || !Number.isSafeInteger(pinEpoch)) return undefined;
  if (!isKept(reason)) return undefined;
  return { variant, valueVersion: valueVersion as number, pinEpoch: pinEpoch as number, reason };
}

const KEPT: readonly unknown[] = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT"] satisfies readonly Pin["reason"][];
const isKept = (reason: unknown): reason is Pin["reason"] => KEPT.includes(reason);

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `24h` in seconds; nothing for what the parser would have refused. */
function secondsOf(life: unknown): number | undefined {
  const [, count, unit = ""] = /^([1-9][0-9]{0,5})([smhd])$/u.exec(typeof life === "string" ? life : "") ?? [];
  return count === undefined ? undefined : Number(count) * (UNIT_SECONDS[unit] as number);
}

/** 132 bits of the digest: a session's id is nobody's business but the app's. No token's signed part has a colon. */
function markOf(flag: string, unit: string, { key }: TokenKey, hmac: Hmac): string {
  const text = [flag, unit].map((part) => encodeBase64Url(encodeUtf8(part))).join(":");
  return encodeBase64Url(hmac(key, `dimmer-pin-unit:${text}`)).slice(0, 22);
}
