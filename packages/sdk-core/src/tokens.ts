/** Signs contexts, runs and pins, and reads tokens, with the environment's signing keys. */

import {
  LIMITS,
  readPins,
  signPin,
  signToken,
  verifyToken,
  type EvaluationContext,
  type Hmac,
  type Pin,
  type PinnedAnswer,
  type TokenKey,
  type TokenType,
  type VerifiedToken,
  type Verifying,
} from "@dimmer/evaluation";
import type { Ports } from "./ports.ts";
import { openKeyRing, type FetchKeys } from "./signing-keys.ts";

/** Seconds that a signed context may count. */
export const SIGNED_CONTEXT_SECONDS = { least: 60, most: 7 * 24 * 3_600, usual: 3_600 } as const;

/** What `sign` makes; pins have a form of their own. */
type SignedType = Exclude<TokenType, "pin">;

/** What a token says; where it does not count, nothing, and why not. */
export type ReadToken<Content> = Content & { readonly problem?: string };

/**
 * Shape:  `read…` of undefined, where a request carries no token, is nothing without a problem.
 * Errors: `sign` rejects, with a TypeError for what it was given and an Error where there are no keys; reading never rejects.
 * Source: ADR-0031, ADR-0046.
 */
export interface Tokens {
  sign(type: SignedType, content: Readonly<Record<string, unknown>>, expiresInSeconds: number): Promise<string>;
  readContext(token: unknown): Promise<ReadToken<{ readonly context: EvaluationContext }>>;
  readOverrides(token: unknown): Promise<ReadToken<{ readonly overrides: Readonly<Record<string, string>> }>>;
  signPin(answer: PinnedAnswer): Promise<string>;
  /** One token or a list of them; `unitFor` names whose pins of a flag count in the context at hand. */
  readPins(tokens: unknown, unitFor: (flagKey: string) => string | undefined): Promise<ReadToken<{ readonly pins: Pins }>>;
  /** What became of the pin tokens that were read. */
  pinCounts(): PinCounts;
}

type Pins = Readonly<Record<string, Pin>>;

/** Shape: tokens that counted and those that did not; whether the evaluation then served the pin is in its details. */
export interface PinCounts {
  readonly taken: number;
  readonly refused: number;
}

export function openTokens(fetchKeys: FetchKeys, hmac: Hmac, { clock }: Pick<Ports, "clock">): Tokens {
  const ring = openKeyRing(fetchKeys, { clock });
  let pinCounts: PinCounts = { taken: 0, refused: 0 };

  const readWith = async <R extends object>(read: (verifying: Verifying) => R): Promise<R | { readonly problem: string }> => {
    const found = await ring.find();
    if ("failure" in found) return { problem: `It could not be verified. ${found.failure.message}` };
    const first = read({ ...found, now: clock.now(), hmac });
    if (!("isKeyUnknown" in first)) return first;
    // A key that was made since they were fetched.
    const newer = await ring.findNewer();
    return "failure" in newer || newer === found ? first : read({ ...newer, now: clock.now(), hmac });
  };
  const verify = (type: TokenType, token: unknown): Promise<VerifiedToken> =>
    readWith((verifying) => verifyToken(type, token, verifying));
  const signingKey = async (type: TokenType): Promise<{ readonly audience: string; readonly key: TokenKey }> => {
    const found = await ring.find();
    if ("failure" in found) throw new Error(`The ${type} could not be signed. ${found.failure.message}`);
    const [key] = found.keys;
    if (key === undefined) throw new Error(`The ${type} could not be signed: the environment has no signing key.`);
    return { audience: found.audience, key };
  };

  return {
    async sign(type, content, expiresInSeconds) {
      checkSeconds(expiresInSeconds);
      if (typeof content !== "object" || content === null || Array.isArray(content))
        throw new TypeError(`The ${type} must be an object such as {"targetingKey": "user-1"}.`);
      const { audience, key } = await signingKey(type);
      const expiresAt = clock.now() + expiresInSeconds * 1_000;
      const token = signToken(type, { audience, expiresAt, content }, key, hmac);
      if (token.length <= LIMITS.tokenChars) return token;
      throw new TypeError(
        `The token would have ${token.length} characters, and at most ${LIMITS.tokenChars} are taken.${MEND[type]}`,
      );
    },
    async readContext(token) {
      if (token === undefined) return { context: {} };
      const read = await verify("context", token);
      return "problem" in read ? { context: {}, problem: read.problem } : { context: read.content };
    },
    async readOverrides(token) {
      if (token === undefined) return { overrides: {} };
      const read = await verify("overrides", token);
      return "problem" in read ? { overrides: {}, problem: read.problem } : { overrides: textsOf(read.content) };
    },
    async signPin(answer) {
      return signPin(answer, { ...(await signingKey("pin")), now: clock.now(), hmac });
    },
    async readPins(given, unitFor) {
      if (given === undefined) return { pins: {} };
      const read = await readWith((verifying) => readPins(given, unitFor, verifying));
      const { pins, refused } = "pins" in read ? read : { pins: {}, refused: Array.isArray(given) ? given.length : 1 };
      pinCounts = { taken: pinCounts.taken + Object.keys(pins).length, refused: pinCounts.refused + refused };
      return { pins, ...(read.problem === undefined ? {} : { problem: read.problem }) };
    },
    pinCounts: () => pinCounts,
  };
}

const MEND: Readonly<Record<SignedType, string>> = {
  context: " Sign only what `only` asks for.",
  overrides: " Name fewer flags.",
  run: " Give the run a shorter id, and no long targeting key.",
};

function checkSeconds(seconds: unknown): void {
  const { least, most } = SIGNED_CONTEXT_SECONDS;
  if (typeof seconds === "number" && seconds >= least && seconds <= most) return;
  throw new TypeError(
    `expiresInSeconds must be a number from ${least} to ${most}, not ${JSON.stringify(seconds) ?? typeof seconds}.`,
  );
}

const textsOf = (content: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
