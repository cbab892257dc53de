/** Signing keys: one live key an environment for pins and tokens, older ones kept to verify what they signed. */

import { ProblemError } from "@dimmer/protocol";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { EnvironmentRecord, SealedSecretRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import type { SealingPorts } from "./access-ports.ts";
import { requireRightNow } from "./principal.ts";
import { drawId } from "./draw-id.ts";
import { openSecret, type Reseal, sealSecret, type SealingKey } from "./seal-secret.ts";

const PURPOSE = "signing-key";
const KEY_BYTES = 32;

/** A signing key in clear; never stored, logged or sent. */
export interface SigningKey {
  readonly id: string;
  readonly key: Uint8Array;
  readonly createdAt: number;
  /** Null for the one that signs. */
  readonly retiredAt: number | null;
}

type Place = Pick<EnvironmentRecord, "project"> & { readonly environment: string };

/**
 * Makes an environment's signing key inside the transaction that made the environment; that row of the audit names it.
 *
 * Shape:  32 random bytes, sealed; gives the record.
 */
export async function createSigningKey(tx: StoreTransaction, ports: SealingPorts, place: Place): Promise<SealedSecretRecord> {
  const id = drawId("sign", ports.random);
  const sealed = sealSecret(ports.sealing, ports.random(KEY_BYTES), `${PURPOSE}/${id}`, ports.random);
  const record = { id, purpose: PURPOSE, ...place, sealed, createdAt: ports.clock(), retiredAt: null };
  await tx.putSecret(record);
  return record;
}

/**
 * Shape:  the one that signs first, then retired ones, newest first.
 * Errors: an `Error` when they were sealed with another secret key.
 */
export async function listSigningKeys(store: StoreReader, sealing: SealingKey, place: Place): Promise<readonly SigningKey[]> {
  const records = await store.listSecrets(PURPOSE, place.project, place.environment);
  const keys = records.map(({ id, sealed, createdAt, retiredAt }) => ({
    id,
    createdAt,
    retiredAt,
    key: openSecret(sealing, sealed, `${PURPOSE}/${id}`),
  }));
  return keys.sort((a, b) => Number(a.retiredAt !== null) - Number(b.retiredAt !== null));
}

/**
 * Makes a new signing key and retires the present one, which still verifies what it signed.
 *
 * Shape:  one transaction with its audit row; gives the new record.
 * Errors: `ProblemError`: forbidden, not-found.
 */
export async function rotateSigningKey(ports: SealingPorts, author: Author, place: Place): Promise<SealedSecretRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "key.edit", place, at);
    if ((await tx.getEnvironment(place.project, place.environment)) === null) {
      throw new ProblemError("not-found", `There is no environment ${place.environment} in project ${place.project}.`);
    }
    const live = (await tx.listSecrets(PURPOSE, place.project, place.environment)).filter(({ retiredAt }) => retiredAt === null);
    for (const record of live) await tx.putSecret({ ...record, retiredAt: at });
    const created = await createSigningKey(tx, ports, { project: place.project, environment: place.environment });
    const details = { environment: place.environment, created: created.id, retired: live.map(({ id }) => id) };
    await appendAudit(
      tx,
      { chain: projectChain(place.project), at, action: "signing-key.rotate", actor: author.actor, details },
      ports,
    );
    return created;
  });
}

/** Of one environment, for another secret key. */
export async function resealSigningKeys(tx: StoreTransaction, place: Place, reseal: Reseal): Promise<void> {
  for (const record of await tx.listSecrets(PURPOSE, place.project, place.environment))
    await tx.putSecret({ ...record, sealed: reseal(record.sealed, `${PURPOSE}/${record.id}`) });
}
