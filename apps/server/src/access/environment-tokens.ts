/** Verifies what was signed for an environment: contexts, overrides, runs and pins, with the environment's signing keys at hand. */

import { createHmac } from "node:crypto";
import {
  type Hmac,
  type PinnedAnswer,
  readPins,
  type ReadPins,
  signPin,
  type TokenKey,
  type TokenType,
  type VerifiedToken,
  verifyToken,
} from "@dimmer/evaluation";
import type { StoreReader } from "../storage/store.ts";
import type { SealingKey } from "./seal-secret.ts";
import { listSigningKeys } from "./signing-keys.ts";

/** Milliseconds after which keys are read again, so that one that was made meanwhile, here or by another process, is known. */
const KEPT_MS = 10_000;

export const hmacSha256: Hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** What a token of an environment is for: no other environment takes it. */
export const audienceOf = ({ project, environment }: Place): string => `${project}/${environment}`;

interface Place {
  readonly project: string;
  readonly environment: string;
}

/** Says whether tokens count in one environment. */
export interface TokenReader {
  verify(type: TokenType, token: unknown): VerifiedToken;
  /** `unitFor` names the session whose pins of a flag count. */
  readPins(tokens: unknown, unitFor: (flagKey: string) => string | undefined): ReadPins;
  /** Nothing where the environment has no key. */
  signPin(answer: PinnedAnswer): string | undefined;
}

export interface EnvironmentTokens {
  /** The one that signs first. */
  keys(place: Place): Promise<readonly TokenKey[]>;
  reader(place: Place): Promise<TokenReader>;
}

/**
 * Opens the tokens of a server.
 *
 * Shape:  keys are opened once and kept for ten seconds; one entry an environment.
 * Errors: those of the store; a token that does not count is an answer.
 * Source: ADR-0031, ADR-0046.
 */
export function openEnvironmentTokens(ports: {
  readonly store: StoreReader;
  readonly sealing: SealingKey;
  readonly clock: () => number;
}): EnvironmentTokens {
  const kept = new Map<string, { readonly keys: readonly TokenKey[]; readonly at: number }>();
  const keysOf = async (place: Place): Promise<readonly TokenKey[]> => {
    const name = audienceOf(place);
    const known = kept.get(name);
    if (known !== undefined && ports.clock() - known.at < KEPT_MS) return known.keys;
    const keys = await listSigningKeys(ports.store, ports.sealing, place);
    kept.set(name, { keys, at: ports.clock() });
    return keys;
  };
  return {
    keys: keysOf,
    async reader(place) {
      const verifying = { audience: audienceOf(place), keys: await keysOf(place), now: ports.clock(), hmac: hmacSha256 };
      return {
        verify: (type, token) => verifyToken(type, token, verifying),
        readPins: (tokens, unitFor) => readPins(tokens, unitFor, verifying),
        signPin(answer) {
          const [key] = verifying.keys;
          return key === undefined ? undefined : signPin(answer, { ...verifying, key });
        },
      };
    },
  };
}
