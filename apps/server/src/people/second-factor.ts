/** Whether a code is the second factor of a person: of their authenticator, or one of their recovery codes. */

import { openSecret, type Reseal, type SealingKey } from "../access/seal-secret.ts";
import { secretHash } from "../access/key-secret.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { matchTotp } from "./totp.ts";

/** What the sealed secret of a person is authenticated with. */
export const totpPlace = (person: string): string => `totp/${person}`;

/**
 * Spends a code.
 *
 * Shape:  the person as they are after it, or undefined for a wrong one: neither a code nor a recovery code counts twice. Spaces and
 *         dashes are for the eye.
 * Errors: `openSecret`'s, for a secret of another `DIMMER_SECRET_KEY`.
 */
export function spendCode(sealing: SealingKey, person: PersonRecord, code: string, now: number): PersonRecord | undefined {
  if (person.totp === null) return undefined;
  const typed = code.replaceAll(/[\s-]/gu, "").toUpperCase();
  const step = matchTotp(openSecret(sealing, person.totp, totpPlace(person.id)), typed, now, person.totpStep);
  if (step !== undefined) return { ...person, totpStep: step };
  const hash = secretHash(typed);
  if (!person.recovery.includes(hash)) return undefined;
  return { ...person, recovery: person.recovery.filter((left) => left !== hash) };
}

/** Of everybody, for another secret key. */
export async function resealSecondFactors(tx: StoreTransaction, reseal: Reseal): Promise<void> {
  for (const person of await tx.listPeople()) {
    const again = (sealed: string | null) => (sealed === null ? null : reseal(sealed, totpPlace(person.id)));
    await tx.putPerson({ ...person, totp: again(person.totp), totpPending: again(person.totpPending) });
  }
}
