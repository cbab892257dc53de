/** Who may give and take grants, and act over whoever has them: nobody beyond what they may do themselves. */

import { type Grant, ProblemError } from "@dimmer/protocol";
import { isKnownTo, requireHeld, requireRight, WHOLE_INSTALLATION } from "../access/authorise.ts";
import { currentAuthor, rightsOfRole } from "../access/principal.ts";
import type { Author } from "../flags/apply-change.ts";
import { noSuchProject } from "../http/access.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreReader } from "../storage/store.ts";

/**
 * Before grants are given, in the transaction that writes them.
 *
 * Errors: `ProblemError`: forbidden without people.edit there or beyond the author's own rights; not-found for a place or a role that is
 *         not there, or that the author has nothing to do with.
 * Source: reliability A51, A53.
 */
export async function requireGivable(store: StoreReader, author: Author, grants: readonly Grant[], now: number): Promise<void> {
  for (const grant of grants) await requireReal(store, author, grant);
  await requireOver(store, author, grants, now);
}

/** Before grants are taken, or something is done to whoever has them: the author must hold all that they allow. */
export async function requireOver(store: StoreReader, author: Author, grants: readonly Grant[], now: number): Promise<void> {
  const present = await currentAuthor(store, author, now);
  for (const grant of grants) {
    requireRight(present, "people.edit", grant);
    // Of a role that is gone nothing is left to hold.
    requireHeld(present, (await rightsOfRole(store, grant.role)) ?? [], grant);
  }
}

/** Somebody without grants belongs to nobody's part. */
export async function requireOverPerson(
  store: StoreReader,
  author: Author,
  { grants }: PersonRecord,
  now: number,
): Promise<void> {
  if (grants.length === 0) requireRight(await currentAuthor(store, author, now), "people.edit", WHOLE_INSTALLATION);
  await requireOver(store, author, grants, now);
}

async function requireReal(store: StoreReader, author: Author, { role, project, environment }: Grant): Promise<void> {
  if ((await rightsOfRole(store, role)) === undefined) throw new ProblemError("not-found", `There is no role ${role}.`);
  if (project === null) {
    if (environment !== null)
      throw new ProblemError("invalid-request", "An environment belongs to a project. Name the project too.");
    return;
  }
  if (!isKnownTo(author, { project, environment: null }) || (await store.getProject(project)) === null) throw noSuchProject();
  if (environment !== null && (await store.getEnvironment(project, environment)) === null)
    throw new ProblemError("not-found", `There is no environment ${environment} in project ${project}.`);
}
