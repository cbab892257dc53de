/** Keys that were looked up a moment ago, so that a busy key does not cost a query for every request. */

import type { StoreReader } from "../storage/store.ts";
import { MAX_SECRET, secretHash } from "./key-secret.ts";
import { isLive, type KeyPrincipal, principalOfKey } from "./principal.ts";

/** Milliseconds after which the store is asked again: the time in which a key revoked by another process must fail everywhere. */
const KEPT_MS = 1_000;
/** Keys that are kept; with more of them the oldest is asked for again. */
const KEPT_KEYS = 10_000;

export interface KnownKeys {
  /** Whose secret it is, always by a look-up of its digest, so that time tells nothing of how much of a guess was right. */
  authenticate(secret: string): Promise<KeyPrincipal | null>;
  /** The key was revoked here: the next request asks the store. */
  forget(id: string): void;
  /** A role was edited here: what any key may do is asked of the store again. */
  forgetAll(): void;
}

/**
 * Opens the memory; only keys that exist are kept, so guesses fill nothing.
 *
 * Shape:  null for an unknown, revoked or expired secret.
 * Errors: the store's own.
 * Source: reliability I40, A31.
 */
export function openKnownKeys({ store, clock }: { readonly store: StoreReader; readonly clock: () => number }): KnownKeys {
  const kept = new Map<string, { readonly principal: KeyPrincipal; readonly at: number }>();
  /** Counts revocations and edits of roles: what was read before one must not be kept after it. */
  let revocations = 0;

  async function lookUp(hash: string): Promise<KeyPrincipal | null> {
    const known = kept.get(hash);
    const age = known === undefined ? KEPT_MS : clock() - known.at;
    // A clock that was set back must not make a key last.
    if (known !== undefined && age >= 0 && age < KEPT_MS) return known.principal;
    const at = clock();
    const before = revocations;
    const record = await store.findKeyByHash(hash);
    const principal = record === null ? null : await principalOfKey(store, record);
    kept.delete(hash);
    if (principal !== null && revocations === before) keep(hash, principal, at);
    return principal;
  }

  function keep(hash: string, principal: KeyPrincipal, at: number): void {
    kept.set(hash, { principal, at });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_KEYS) break;
      kept.delete(oldest);
    }
  }

  return {
    async authenticate(secret) {
      if (secret.length > MAX_SECRET) return null;
      const principal = await lookUp(secretHash(secret));
      return principal !== null && isLive(principal.key, clock()) ? principal : null;
    },
    forget(id) {
      revocations++;
      for (const [hash, { principal }] of kept) if (principal.id === id) kept.delete(hash);
    },
    forgetAll() {
      revocations++;
      kept.clear();
    },
  };
}
