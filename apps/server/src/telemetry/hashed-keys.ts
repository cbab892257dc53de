/** How targeting keys are kept in telemetry: as they are, or, where a project asks for it, only as keyed hashes. */

import type { SealingPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { openSecret, sealSecret } from "../access/seal-secret.ts";
import type { SealedSecretRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import { hashKey } from "./hash-key.ts";

const PURPOSE = "targeting-keys";
const SECRET_BYTES = 32;

export interface HashedKeys {
  /** The project's secret while it hashes; undefined while keys are kept as they are. */
  secretOf(project: string): Promise<Uint8Array | undefined>;
  /** Everything that a person may stand under: as given, and hashed where the project hashes or once did. */
  namesOf(project: string, key: string): Promise<readonly string[]>;
}

/**
 * Shape:  asked anew each time, as whoever turns it on must be able to count on it at once; it is one row of an index.
 * Errors: the store's own; an `Error` for a secret that another `DIMMER_SECRET_KEY` sealed, and then nothing is kept unhashed instead.
 * Source: ADR-0050.
 */
export function openHashedKeys({ store, sealing }: Pick<SealingPorts, "sealing"> & { readonly store: StoreReader }): HashedKeys {
  const open = ({ id, sealed }: SealedSecretRecord) => openSecret(sealing, sealed, `${PURPOSE}/${id}`);
  return {
    async secretOf(project) {
      const record = await recordOf(store, project);
      return record?.retiredAt === null ? open(record) : undefined;
    },
    async namesOf(project, key) {
      const record = await recordOf(store, project);
      return record === undefined ? [key] : [key, hashKey(open(record), key)];
    },
  };
}

export const hashesKeys = async (store: StoreReader, project: string): Promise<boolean> =>
  (await recordOf(store, project))?.retiredAt === null;

/**
 * Inside a transaction of the caller's. The secret is drawn once for a project and stays: what was hashed with it stays found.
 *
 * Shape:  whether anything changed.
 */
export async function setHashing(
  tx: StoreTransaction,
  ports: Pick<SealingPorts, "sealing" | "random" | "clock">,
  project: string,
  isOn: boolean,
): Promise<boolean> {
  const record = await recordOf(tx, project);
  if ((record?.retiredAt === null) === isOn) return false;
  await tx.putSecret({ ...(record ?? drawSecret(ports, project)), retiredAt: isOn ? null : ports.clock() });
  return true;
}

const recordOf = async (store: StoreReader, project: string): Promise<SealedSecretRecord | undefined> =>
  (await store.listSecrets(PURPOSE, project, null))[0];

function drawSecret(
  { sealing, random, clock }: Pick<SealingPorts, "sealing" | "random" | "clock">,
  project: string,
): SealedSecretRecord {
  const id = drawId("hash", random);
  const sealed = sealSecret(sealing, random(SECRET_BYTES), `${PURPOSE}/${id}`, random);
  return { id, purpose: PURPOSE, project, environment: null, sealed, createdAt: clock(), retiredAt: null };
}
