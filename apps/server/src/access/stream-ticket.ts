/** Lets an EventSource in, which can send no header: an address that names a key without giving it away. */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { StoreReader } from "../storage/store.ts";
import { isLive, type KeyPrincipal, principalOfKey } from "./principal.ts";

/** Longer texts are no tickets. */
const MAX_TICKET = 200;

/**
 * Signs the ticket of a key.
 *
 * Shape:  `<key id>.<HMAC-SHA-256, base64url>`, always the same for a key: clients keep the address for weeks. It opens OFREP's
 *         stream and nothing else, and only as long as its key counts.
 * Source: ADR-0017.
 */
export function signTicket(signingKey: Uint8Array, keyId: string): string {
  return `${keyId}.${createHmac("sha256", signingKey).update(`ticket:${keyId}`).digest("base64url")}`;
}

/** Finds the live key of a ticket; null for a forged one, and for one whose key is revoked, expired or gone. */
export function authenticateTicket(store: StoreReader, signingKey: Uint8Array, now: () => number) {
  return async (ticket: string): Promise<KeyPrincipal | null> => {
    const id = ticket.length > MAX_TICKET ? "" : ticket.slice(0, ticket.lastIndexOf("."));
    if (id === "" || !isSame(ticket, signTicket(signingKey, id))) return null;
    const key = await store.getKey(id);
    return key !== null && isLive(key, now()) ? await principalOfKey(store, key) : null;
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
