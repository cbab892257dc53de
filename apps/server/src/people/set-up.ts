/** The first person: the owner, made by whoever can read what the server prints. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { ProblemError } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { requireGoodPassword } from "./check-password.ts";
import { actorOf, auditPeople, type PeoplePorts } from "./people-ports.ts";
import { type Browser, startSession, type StartedSession } from "./sessions.ts";

export interface SetUpOrder {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly browser: Browser;
}

/**
 * The token of the one set-up of this installation: the same at every start until then, and worth nothing after.
 *
 * Shape:  undefined once there is somebody.
 * Source: ADR-0036; reliability A41.
 */
export async function setupTokenOf(ports: Pick<PeoplePorts, "store" | "peopleKey">): Promise<string | undefined> {
  if (await ports.store.hasPeople()) return undefined;
  const id = (await ports.store.installation())?.id ?? "";
  return `dm_setup_${createHmac("sha256", ports.peopleKey).update(`setup/${id}`).digest("base64url")}`;
}

/**
 * Makes the owner and signs them in.
 *
 * Shape:  of two at once one wins.
 * Errors: `ProblemError`: not-found once there is somebody; unauthenticated for another token; invalid-request for a weak password.
 */
export async function setUp(ports: PeoplePorts, order: SetUpOrder): Promise<StartedSession> {
  const expected = await setupTokenOf(ports);
  if (expected === undefined) throw isSetUp();
  if (!isSame(expected, order.token))
    throw new ProblemError("unauthenticated", "That is not the set-up link that this server printed when it started.");
  requireGoodPassword(order.password, order);
  const passwordHash = await ports.passwords.hash(order.password);
  const person: PersonRecord = {
    ...newPerson(ports, { name: order.name, email: order.email }),
    grants: [{ role: "owner", project: null, environment: null }],
    passwordHash,
  };
  return await ports.store.transaction(async (tx) => {
    if (await tx.hasPeople()) throw isSetUp();
    await tx.putPerson(person);
    await auditPeople(tx, ports, actorOf(person), "person.create", describe(person));
    return await startSession(tx, ports, person, "password", order.browser);
  });
}

/** Whether an installation has somebody. */
export const needsSetUp = async (store: StoreReader): Promise<boolean> => !(await store.hasPeople());

const isSetUp = () => new ProblemError("not-found", "This server is set up already. Ask one of its admins for an invitation.");

/** A person without grants or any way to sign in. */
export function newPerson(ports: PeoplePorts, { name, email }: { readonly name: string; readonly email: string }): PersonRecord {
  return {
    id: drawId("person", ports.random),
    name,
    email: email.toLowerCase(),
    grants: [],
    passwordHash: null,
    totp: null,
    totpPending: null,
    totpStep: 0,
    recovery: [],
    createdAt: ports.clock(),
    disabledAt: null,
  };
}

/** What the audit says of somebody who is new. */
export const describe = ({ id, name, email, grants }: PersonRecord) => ({
  person: id,
  name,
  email,
  grants: grants.map((grant) => ({ ...grant })),
});

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
