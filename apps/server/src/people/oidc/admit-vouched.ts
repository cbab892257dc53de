/** Who somebody is here whom a provider vouches for. */

import { ProblemError } from "@dimmer/protocol";
import type { PersonRecord } from "../../storage/person-record.ts";
import type { StoreTransaction } from "../../storage/store.ts";
import { listOpenLinks } from "../password-links.ts";
import { actorOf, auditPeople, type PeoplePorts } from "../people-ports.ts";
import { type Browser, startSession, type StartedSession } from "../sessions.ts";
import { describe, newPerson } from "../set-up.ts";
import type { VouchedPerson } from "./oidc-provider.ts";
import { type OidcSettings, PROVIDER_ID } from "./oidc-settings.ts";

/**
 * Signs in whoever the provider vouches for.
 *
 * Shape:  the person of this issuer and subject; else, where the settings say so, whoever has or was invited under the verified address;
 *         else somebody new with the default role, if their domain may. The second factor is the provider's business.
 * Errors: `ProblemError("forbidden")` in the same words for everybody who is let in by none of these, disabled people among them.
 * Source: ADR-0036.
 */
export async function admitVouched(
  ports: PeoplePorts,
  settings: OidcSettings,
  vouched: VouchedPerson,
  browser: Browser,
): Promise<StartedSession> {
  return await ports.store.transaction(async (tx) => {
    const known = await tx.findPersonByIdentity(vouched.issuer, vouched.subject);
    const person = known ?? (await linkPerson(tx, ports, settings, vouched));
    if (person === undefined || person.disabledAt !== null) throw refused();
    return await startSession(tx, ports, person, PROVIDER_ID, browser);
  });
}

const refused = () =>
  new ProblemError(
    "forbidden",
    "You have no account here, or it cannot sign in. Ask one of the admins of this server for an invitation.",
  );

async function linkPerson(
  tx: StoreTransaction,
  ports: PeoplePorts,
  settings: OidcSettings,
  vouched: VouchedPerson,
): Promise<PersonRecord | undefined> {
  const { issuer, subject, email } = vouched;
  // The first person is the owner, and comes by the set-up link alone.
  if (email === undefined || !(await tx.hasPeople())) return undefined;
  const present = await tx.findPersonByEmail(email);
  // An address that is taken is nobody else's, whether or not it may be linked.
  if (present !== null && !settings.linkByEmail) return undefined;
  const person = present ?? (await makePerson(tx, ports, settings, { ...vouched, email }));
  if (person === undefined) return undefined;
  await tx.putIdentity({ issuer, subject, person: person.id, createdAt: ports.clock() });
  await auditPeople(tx, ports, actorOf(person), "person.link", { person: person.id, issuer });
  return person;
}

async function makePerson(
  tx: StoreTransaction,
  ports: PeoplePorts,
  { linkByEmail, defaultRole, allowedDomains }: OidcSettings,
  { email, name = email }: VouchedPerson & { readonly email: string },
): Promise<PersonRecord | undefined> {
  const at = ports.clock();
  const invited = linkByEmail ? (await listOpenLinks(tx, "invitation", at)).find((link) => link.email === email) : undefined;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const isAllowed = allowedDomains.includes("*") || allowedDomains.includes(domain);
  const byDefault =
    defaultRole !== undefined && isAllowed ? [{ role: defaultRole, project: null, environment: null }] : undefined;
  const grants = invited?.grants ?? byDefault;
  if (grants === undefined) return undefined;
  if (invited !== undefined) await tx.putPersonLink({ ...invited, usedAt: at });
  const person = { ...newPerson(ports, { name, email }), grants };
  await tx.putPerson(person);
  await auditPeople(tx, ports, actorOf(person), "person.create", describe(person));
  return person;
}
