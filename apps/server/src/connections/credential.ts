/** A connection's credential: sealed for its row and its address, opened only for a call. */

import { openSecret, type Reseal, sealSecret, type SealingKey } from "../access/seal-secret.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";
import type { StoreTransaction } from "../storage/store.ts";

/** What the credential belongs to: in any other row, environment, region or at any other address it does not open. */
type Bound = Pick<ConnectionRecord, "project" | "environment" | "id" | "provider" | "format" | "baseUrl" | "region">;

export interface CredentialPorts {
  readonly sealing: SealingKey;
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Shape:  a text that is useless without `DIMMER_SECRET_KEY`, and in any other place than `bound`: whoever can write to the store can
 *         neither swap credentials nor have one sent elsewhere.
 * Errors: none.
 * Source: ADR-0009, ADR-0048.
 */
export function sealCredential({ sealing, random }: CredentialPorts, bound: Bound, secret: string): string {
  return sealSecret(sealing, new TextEncoder().encode(secret), placeOf(bound), random);
}

/** Errors: `openSecret`'s, whose message names the connection alone. */
export function openCredential(sealing: SealingKey, record: ConnectionRecord): string {
  return new TextDecoder().decode(openSecret(sealing, record.sealed, placeOf(record)));
}

/** Of one environment, for another secret key. */
export async function resealCredentials(
  tx: StoreTransaction,
  place: Pick<Bound, "project" | "environment">,
  reseal: Reseal,
): Promise<void> {
  for (const record of await tx.listConnections(place.project, place.environment))
    await tx.putConnection({ ...record, sealed: reseal(record.sealed, placeOf(record)) });
}

function placeOf({ project, environment, id, provider, format, baseUrl, region }: Bound): string {
  return ["provider-credential", id, project, environment, provider, format, region ?? "", baseUrl].join("/");
}
