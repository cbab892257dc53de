/** Fetches what signs and verifies the tokens of an environment, when it is needed, and holds it in memory alone. */

import type { TokenKey } from "@dimmer/evaluation";
import type { SigningKeys } from "@dimmer/protocol";
import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";
import { checkResponse, failureOf, readJson, RequestError, requestHeaders, requestUrl, type Address } from "./sources/http.ts";
import { isKeyRefused } from "./sources/refused-key.ts";
import type { SourceFailure } from "./sources/source.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const SIGNING_KEYS_PATH = "/sdk/v1/signing-keys";

const WANTED = { type: "application/json", what: "request for the signing keys" };

/** Shape: `audience` is what their tokens are for; the first key signs. */
export interface HeldKeys {
  readonly audience: string;
  readonly keys: readonly TokenKey[];
}

export type FoundKeys = HeldKeys | { readonly failure: SourceFailure };

/** Where keys come from: a server, or whoever stands in for it. */
export type FetchKeys = () => Promise<FoundKeys>;

/**
 * Shape:  `find` gives what is held, and fetches it where nothing is or it is old; `findNewer` where a token names a key that is not
 *         among them. One request at a time, whoever asks.
 * Errors: none; a failure is an answer, and it is the answer for the next seconds. What was held stays until the server refuses us.
 * Source: ADR-0031.
 */
export interface KeyRing {
  find(): Promise<FoundKeys>;
  findNewer(): Promise<FoundKeys>;
}

export function openKeyRing(fetchKeys: FetchKeys, { clock }: Pick<Ports, "clock">): KeyRing {
  let held: HeldKeys | undefined;
  let heldAtMs = 0;
  let asked: { readonly atMs: number; readonly failure: SourceFailure | undefined } | undefined;
  let pending: Promise<FoundKeys> | undefined;

  const fetchNow = async (): Promise<FoundKeys> => {
    const found = await fetchKeys();
    const failure = "failure" in found ? found.failure : undefined;
    asked = { atMs: clock.monotonicMs(), failure };
    if (!("failure" in found)) {
      held = found;
      heldAtMs = asked.atMs;
    } else if (isKeyRefused(found.failure)) held = undefined;
    return held ?? found;
  };

  const refresh = (): Promise<FoundKeys> => {
    const isTooSoon = asked !== undefined && clock.monotonicMs() - asked.atMs < ENGINE_LIMITS.signingKeysEveryMs;
    if (isTooSoon && held !== undefined) return Promise.resolve(held);
    if (isTooSoon && asked?.failure !== undefined) return Promise.resolve({ failure: asked.failure });
    pending ??= fetchNow().finally(() => (pending = undefined));
    return pending;
  };

  return {
    find() {
      const isFresh = held !== undefined && clock.monotonicMs() - heldAtMs < ENGINE_LIMITS.signingKeysKeptMs;
      return isFresh ? Promise.resolve(held as HeldKeys) : refresh();
    },
    findNewer: refresh,
  };
}

/** The keys of the environment that the server key is of. */
export function remoteKeys(address: Address, ports: Ports): FetchKeys {
  return async () => {
    const request = new AbortController();
    let isLate = false;
    const cancelTimeout = ports.setTimer(ENGINE_LIMITS.signingKeysTimeoutMs, () => {
      isLate = true;
      request.abort();
    });
    try {
      return await requestKeys(address, ports, request.signal);
    } catch (thrown) {
      const late = `The ${WANTED.what} took longer than ${ENGINE_LIMITS.signingKeysTimeoutMs} ms.`;
      return { failure: isLate ? { code: "timeout", message: late } : failureOf(thrown, WANTED.what) };
    } finally {
      cancelTimeout();
      // Frees the connection where the body was not read to its end.
      request.abort();
    }
  };
}

async function requestKeys(address: Address, ports: Ports, signal: AbortSignal): Promise<HeldKeys> {
  const headers = requestHeaders(address, { accept: WANTED.type });
  const response = await ports.fetch(requestUrl(address, SIGNING_KEYS_PATH), { headers, redirect: "manual", signal });
  checkResponse(response, WANTED, address, ports.clock);
  const keys = readKeys(await readJson(response, ENGINE_LIMITS.signingKeysBytes));
  if (keys === undefined) throw new RequestError({ code: "payload", message: "The server's answer is no signing keys." });
  return keys;
}

/** Undefined for anything else; one key that cannot be read leaves the others. */
function readKeys(data: unknown): HeldKeys | undefined {
  const { audience, keys } = (data ?? {}) as Partial<Record<keyof SigningKeys, unknown>>;
  if (typeof audience !== "string" || !Array.isArray(keys)) return undefined;
  const read = keys.flatMap((entry) => {
    const { id, key } = (entry ?? {}) as { readonly id?: unknown; readonly key?: unknown };
    const bytes = typeof key === "string" ? decodeKey(key) : undefined;
    return typeof id === "string" && bytes !== undefined ? [{ id, key: bytes }] : [];
  });
  return read.length === 0 ? undefined : { audience, keys: read };
}

function decodeKey(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
