/** The second factor of an account: begun, confirmed by a first code, taken away by one. */

import { ProblemError, type TwoFactorState } from "@dimmer/protocol";
import { secretHash } from "../access/key-secret.ts";
import { openSecret, sealSecret } from "../access/seal-secret.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { actorOf, auditPeople, type PeoplePorts } from "./people-ports.ts";
import { spendCode, totpPlace } from "./second-factor.ts";
import type { SignedIn } from "./sessions.ts";
import { takeAttempt } from "./sign-in.ts";
import { base32, drawTotpSecret, matchTotp, totpUri } from "./totp.ts";

/** How many are drawn; each opens once. */
export const RECOVERY_CODES = 10;
/** 80 random bits each, which is why a fast digest does. */
const RECOVERY_BYTES = 10;

/**
 * Draws a secret, which counts from its first code on.
 *
 * Errors: `ProblemError`: unauthenticated for a wrong password: an open browser alone must not lock its owner out.
 */
export async function beginTwoFactor(
  ports: PeoplePorts,
  { person }: SignedIn,
  password: string | undefined,
): Promise<TwoFactorState> {
  if (person.passwordHash !== null) {
    const forgive = takeAttempt(ports, { account: `person/${person.id}` });
    if (password === undefined || !(await ports.passwords.verify(person.passwordHash, password)))
      throw new ProblemError("unauthenticated", "Send your password too; that one is not it.");
    forgive();
  }
  const secret = drawTotpSecret(ports.random);
  const sealed = sealSecret(ports.sealing, secret, totpPlace(person.id), ports.random);
  const present = await ports.store.transaction(async (tx) => {
    const now = await requirePerson(tx, person.id);
    await tx.putPerson({ ...now, totpPending: sealed });
    return now;
  });
  const host = new URL(ports.publicUrl()).host;
  return { twoFactor: present.totp !== null, secret: base32(secret), uri: totpUri(secret, present.email, host) };
}

/**
 * Takes the first code; from then on every sign-in needs one. Other sessions end.
 *
 * Shape:  with the recovery codes, shown now and never again.
 * Errors: `ProblemError`: conflict where nothing was begun, unauthenticated for a wrong code.
 */
export async function confirmTwoFactor(ports: PeoplePorts, { person, session }: SignedIn, code: string): Promise<TwoFactorState> {
  const forgive = takeAttempt(ports, { code: `person/${person.id}` });
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, () => drawRecoveryCode(ports));
  await ports.store.transaction(async (tx) => {
    const present = await requirePerson(tx, person.id);
    if (present.totpPending === null)
      throw new ProblemError("conflict", "Begin first: there is no secret that waits for its first code.");
    const secret = openSecret(ports.sealing, present.totpPending, totpPlace(person.id));
    const step = matchTotp(secret, code.replaceAll(/\s/gu, ""), ports.clock(), 0);
    if (step === undefined) throw wrongCode();
    const recovery = recoveryCodes.map((one) => secretHash(one.replaceAll("-", "")));
    await tx.putPerson({ ...present, totp: present.totpPending, totpPending: null, totpStep: step, recovery });
    await tx.removeSessionsOf(person.id, session.id);
    await auditPeople(tx, ports, actorOf(person), "two-factor.enable", { person: person.id });
  });
  forgive();
  return { twoFactor: true, recoveryCodes };
}

/** Errors: `ProblemError("unauthenticated")` for a wrong code. */
export async function disableTwoFactor(ports: PeoplePorts, { person }: SignedIn, code: string): Promise<TwoFactorState> {
  const forgive = takeAttempt(ports, { code: `person/${person.id}` });
  await ports.store.transaction(async (tx) => {
    const spent = spendCode(ports.sealing, await requirePerson(tx, person.id), code, ports.clock());
    if (spent === undefined) throw wrongCode();
    await tx.putPerson(withoutTwoFactor(spent));
    await auditPeople(tx, ports, actorOf(person), "two-factor.disable", { person: person.id });
  });
  forgive();
  return { twoFactor: false };
}

export const withoutTwoFactor = (person: PersonRecord): PersonRecord => ({
  ...person,
  totp: null,
  totpPending: null,
  recovery: [],
});

const wrongCode = () => new ProblemError("unauthenticated", "That code is wrong, or was used already. Wait for the next one.");

/** Shape: four groups of four, of letters and digits that are not mistaken for each other. */
function drawRecoveryCode({ random }: PeoplePorts): string {
  return base32(random(RECOVERY_BYTES)).replaceAll(/(.{4})(?=.)/gu, "$1-");
}

async function requirePerson(tx: StoreTransaction, id: string): Promise<PersonRecord> {
  const person = await tx.getPerson(id);
  if (person === null) throw new ProblemError("unauthenticated", "This account is not there any more.");
  return person;
}
