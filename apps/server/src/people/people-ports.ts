/** What the room of people needs from outside. */

import type { JsonValue } from "@dimmer/evaluation";
import { type Actor, ProblemError } from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { appendAudit, INSTALLATION_CHAIN } from "../audit/append-audit.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { Store, StoreTransaction } from "../storage/store.ts";
import { type AttemptLimit, MINUTE_MS } from "./attempt-limit.ts";
import type { Passwords } from "./hash-password.ts";

export interface PeoplePorts extends SealingPorts {
  readonly passwords: Passwords;
  /** Makes the set-up token and the marks of known browsers; `deriveKeys(…).people`. */
  readonly peopleKey: Uint8Array;
  /** Where people find this server, without a slash at the end; known once it listens. */
  readonly publicUrl: () => string;
  readonly limits: PeopleLimits;
}

/** How often may be tried: with one account or from one browser that signed in before, from one address, with codes of a second factor. */
export interface PeopleLimits {
  readonly account: AttemptLimit;
  readonly address: AttemptLimit;
  readonly code: AttemptLimit;
}

/**
 * An office behind one address has many accounts. Of a million codes three count at a time: whoever has a password and guesses all day
 * and night hits one in years.
 */
export const ATTEMPTS = {
  account: { attempts: 10 },
  address: { attempts: 60 },
  code: { attempts: 20, windowMs: 60 * MINUTE_MS },
} as const;

export const actorOf = ({ id, name }: PersonRecord): Actor => ({ kind: "person", id, name });

/** Whatever happens to people belongs to the whole installation. */
export async function auditPeople(
  tx: StoreTransaction,
  ports: PeoplePorts,
  actor: Actor,
  action: `${"person" | "session" | "invitation" | "password" | "personal-token" | "two-factor"}.${string}`,
  details: JsonValue,
): Promise<void> {
  await appendAudit(tx, { chain: INSTALLATION_CHAIN, at: ports.clock(), action, actor, details }, ports);
}

/** What is good to know and not worth a refusal: a store that cannot be written to must still let people read. */
export async function noteIfPossible(store: Store, note: (tx: StoreTransaction) => Promise<void>): Promise<void> {
  try {
    await store.transaction(note);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}
