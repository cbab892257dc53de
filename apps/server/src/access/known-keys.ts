/** Keys that were looked up a moment ago, so that a busy key does not cost a query for every request. */

import type { KeyRecord, StoreReader } from "../storage/store.ts";
import { isLive } from "./keys.ts";
import { MAX_SECRET, secretHash } from "./key-secret.ts";

/** Milliseconds after which the store is asked again: the time in which a key revoked by another process must fail everywhere. */
const KEPT_MS = 1_000;
/** Keys that are kept; with more of them the oldest is asked for again. */
const KEPT_KEYS = 10_000;

export interface KnownKeys {
  /** The key of a secret, always by a look-up of its digest, so that time tells nothing of how much of a guess was right. */
  authenticate(secret: string): Promise<KeyRecord | null>;
  /** The key was revoked here: the next request asks the store. */
  forget(id: string): void;
}

/**
 * Opens the memory; only keys that exist are kept, so guesses fill nothing.
 *
 * Shape:  null for an unknown, revoked or expired secret.
 * Errors: the store's own.
 * Source: reliability I40, A31.
 */
export function openKnownKeys({ store, clock }: { readonly store: StoreReader; readonly clock: () => number }): KnownKeys {
  const kept = new Map<string, { readonly record: KeyRecord; readonly at: number }>();
  /** Counts revocations: what was read before one must not be kept after it. */
  let revocations = 0;

  async function lookUp(hash: string): Promise<KeyRecord | null> {
    const known = kept.get(hash);
    const age = known === undefined ? KEPT_MS : clock() - known.at;
    // A clock that was set back must not make a key last.
    if (known !== undefined && age >= 0 && age < KEPT_MS) return known.record;
    const at = clock();
    const before = revocations;
    const record = await store.findKeyByHash(hash);
    kept.delete(hash);
    if (record !== null && revocations === before) keep(hash, record, at);
    return record;
  }

  function keep(hash: string, record: KeyRecord, at: number): void {
    kept.set(hash, { record, at });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_KEYS) break;
      kept.delete(oldest);
    }
  }

  return {
    async authenticate(secret) {
      if (secret.length > MAX_SECRET) return null;
      const record = await lookUp(secretHash(secret));
      return record !== null && isLive(record, clock()) ? record : null;
    },
    forget(id) {
      revocations++;
      for (const [hash, { record }] of kept) if (record.id === id) kept.delete(hash);
    },
  };
}
