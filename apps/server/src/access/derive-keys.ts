/** The keys that come from `DIMMER_SECRET_KEY`: one for each use, so that none can be used for another. */

import { hkdfSync } from "node:crypto";
import type { SealingKey } from "./seal-secret.ts";

export interface DerivedKeys {
  /** Seals secrets that must be readable again. */
  readonly sealing: SealingKey;
  /** Signs the heads of audit chains. */
  readonly audit: Uint8Array;
  /** Signs the addresses of OFREP's event streams, and hides which version an environment has. */
  readonly eventStreams: Uint8Array;
  /** Makes the fingerprints of requests that carry an idempotency key. */
  readonly requests: Uint8Array;
  /** Makes the set-up token and the marks of browsers that people signed in with before. */
  readonly people: Uint8Array;
  /** Stored with the installation, so that another secret key is noticed at the start; tells nothing about the others. */
  readonly check: string;
}

/**
 * Shape:  any text of at least 32 bytes → the same keys, always. HKDF-SHA-256, one `info` a use. The text should be random: this
 *         derivation is fast, so it adds nothing to a weak one.
 * Errors: none; `loadSecretKey` has refused a shorter text.
 * Source: RFC 5869; ADR-0009.
 */
export function deriveKeys(secretKey: string): DerivedKeys {
  const derive = (use: string, bytes: number): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", Buffer.from(secretKey), Buffer.from("dimmer"), Buffer.from(`dimmer/${use}/v1`), bytes));
  const hex = (use: string, bytes: number): string => Buffer.from(derive(use, bytes)).toString("hex");
  return {
    sealing: { id: hex("sealing-id", 4), key: derive("sealing", 32) },
    audit: derive("audit", 32),
    eventStreams: derive("event-streams", 32),
    requests: derive("requests", 32),
    people: derive("people", 32),
    check: hex("check", 16),
  };
}
