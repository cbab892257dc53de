/** Signs contexts and reads tokens with the environment's signing keys. */

import {
  LIMITS,
  signToken,
  verifyToken,
  type EvaluationContext,
  type Hmac,
  type TokenType,
  type VerifiedToken,
} from "@dimmer/evaluation";
import type { Ports } from "./ports.ts";
import { openKeyRing, type FetchKeys } from "./signing-keys.ts";

/** Seconds that a signed context may count. */
export const SIGNED_CONTEXT_SECONDS = { least: 60, most: 7 * 24 * 3_600, usual: 3_600 } as const;

/** What a token says; where it does not count, nothing, and why not. */
export type ReadToken<Content> = Content & { readonly problem?: string };

/**
 * Shape:  `read…` of undefined, where a request carries no token, is nothing without a problem.
 * Errors: `sign` rejects, with a TypeError for what it was given and an Error where there are no keys; reading never rejects.
 * Source: ADR-0031.
 */
export interface Tokens {
  sign(type: TokenType, content: Readonly<Record<string, unknown>>, expiresInSeconds: number): Promise<string>;
  readContext(token: unknown): Promise<ReadToken<{ readonly context: EvaluationContext }>>;
  readOverrides(token: unknown): Promise<ReadToken<{ readonly overrides: Readonly<Record<string, string>> }>>;
}

export function openTokens(fetchKeys: FetchKeys, hmac: Hmac, { clock }: Pick<Ports, "clock">): Tokens {
  const ring = openKeyRing(fetchKeys, { clock });

  const verify = async (type: TokenType, token: unknown): Promise<VerifiedToken> => {
    const found = await ring.find();
    if ("failure" in found) return { problem: `It could not be verified. ${found.failure.message}` };
    const first = verifyToken(type, token, { ...found, now: clock.now(), hmac });
    if (!("problem" in first) || first.isKeyUnknown !== true) return first;
    // A key that was made since they were fetched.
    const newer = await ring.findNewer();
    return "failure" in newer || newer === found ? first : verifyToken(type, token, { ...newer, now: clock.now(), hmac });
  };

  return {
    async sign(type, content, expiresInSeconds) {
      checkSeconds(expiresInSeconds);
      if (typeof content !== "object" || content === null || Array.isArray(content))
        throw new TypeError(`The ${type} must be an object such as {"targetingKey": "user-1"}.`);
      const found = await ring.find();
      if ("failure" in found) throw new Error(`The ${type} could not be signed. ${found.failure.message}`);
      const [key] = found.keys;
      if (key === undefined) throw new Error(`The ${type} could not be signed: the environment has no signing key.`);
      const expiresAt = clock.now() + expiresInSeconds * 1_000;
      const token = signToken(type, { audience: found.audience, expiresAt, content }, key, hmac);
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
  };
}

const MEND: Readonly<Record<TokenType, string>> = {
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
