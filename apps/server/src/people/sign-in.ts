/** Signing in with a password: one refusal for everything that can be wrong, after the same work. */

import { ProblemError } from "@dimmer/protocol";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { knownBrowser } from "./known-browser.ts";
import type { PeopleLimits, PeoplePorts } from "./people-ports.ts";
import { spendCode } from "./second-factor.ts";
import { type Browser, startSession, type StartedSession } from "./sessions.ts";

export interface SignInOrder {
  readonly email: string;
  readonly password: string;
  readonly code: string | undefined;
  /** Where it comes from. */
  readonly address: string;
  readonly browser: Browser;
  /** The mark of a browser that signed in before. */
  readonly mark: string | undefined;
}

/**
 * Signs in.
 *
 * Shape:  a new session every time.
 * Errors: `ProblemError`: unauthenticated, in the same words for an unknown address, a wrong password, a wrong code and a disabled
 *         person; code-needed where the password is right and there is a second factor; too-many-requests.
 * Source: ADR-0036; reliability A35, A36.
 */
export async function signIn(ports: PeoplePorts, order: SignInOrder): Promise<StartedSession> {
  const email = order.email.trim().toLowerCase();
  const found = await ports.store.findPersonByEmail(email);
  const browser = found === null ? undefined : knownBrowser(ports, found.id, order.mark);
  // A browser that is known has a limit of its own, which no stranger can use up.
  const forgive = takeAttempt(
    ports,
    browser === undefined ? { account: `account/${email}`, address: order.address } : { account: `browser/${browser}` },
  );
  const person = found !== null && found.disabledAt === null ? found : null;
  const isRight = await ports.passwords.verify(person?.passwordHash ?? null, order.password);
  if (!isRight || person === null) throw refused();
  if (person.totp !== null && order.code === undefined) {
    forgive();
    throw new ProblemError("code-needed", "Send the code of your second factor too, or a recovery code.");
  }
  const forgiveCode = person.totp === null ? undefined : takeAttempt(ports, { code: browser ?? `person/${person.id}` });
  const renewed = await renewHash(ports, person, order.password);
  const started = await ports.store.transaction(async (tx) => {
    const present = { ...spend(ports, await requireUnchanged(tx, person), order.code), passwordHash: renewed };
    await tx.putPerson(present);
    return await startSession(tx, ports, present, "password", order.browser);
  });
  forgive();
  forgiveCode?.();
  return started;
}

const refused = () =>
  new ProblemError(
    "unauthenticated",
    "Address, password or code is wrong, or this account cannot sign in. Nothing more is said.",
  );

/** Whose tries count, and as tries of what. */
type Attempt = { readonly [Kind in keyof PeopleLimits]?: string };

/**
 * Counts a try.
 *
 * Shape:  gives what takes it back, once it was no guess.
 * Errors: `ProblemError("too-many-requests")`.
 */
export function takeAttempt({ limits }: Pick<PeoplePorts, "limits">, attempt: Attempt): () => void {
  const counted = (["address", "account", "code"] as const).flatMap((kind) => {
    const name = attempt[kind];
    return name === undefined ? [] : [[limits[kind], name] as const];
  });
  for (const [limit, name] of counted) {
    const seconds = limit.take(name);
    if (seconds > 0)
      throw new ProblemError("too-many-requests", `That was tried too often. Try again in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      });
  }
  return () => {
    for (const [limit, name] of counted) limit.forgive(name);
  };
}

/** Made again where it was made with weaker parameters; only now the password is there. */
async function renewHash({ passwords }: PeoplePorts, { passwordHash }: PersonRecord, password: string): Promise<string | null> {
  return passwordHash !== null && passwords.isOutdated(passwordHash) ? await passwords.hash(password) : passwordHash;
}

/** Who was disabled, or got another password, while this one was looked at. */
async function requireUnchanged(tx: StoreTransaction, { id, passwordHash }: PersonRecord): Promise<PersonRecord> {
  const present = await tx.getPerson(id);
  if (present === null || present.disabledAt !== null || present.passwordHash !== passwordHash) throw refused();
  return present;
}

function spend(ports: PeoplePorts, person: PersonRecord, code: string | undefined): PersonRecord {
  if (person.totp === null) return person;
  const spent = code === undefined ? undefined : spendCode(ports.sealing, person, code, ports.clock());
  if (spent === undefined) throw refused();
  return spent;
}
