/** Whether an author may do something in a place: one of their grants has the right and covers it. */

import { type HeldGrant, ProblemError, type Right } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";

/** Null stands for all of them: what belongs to every environment needs a grant that covers every environment. */
export interface Place {
  readonly project: string | null;
  readonly environment: string | null;
}

type Holder = Pick<Author, "grants">;

/** The whole installation. */
export const WHOLE_INSTALLATION: Place = { project: null, environment: null };

/** Shape: true when one grant with the right is bound to nothing narrower than the place. */
export function holds({ grants }: Holder, right: Right, place: Place): boolean {
  return grants.some((grant) => grant.rights.includes(right) && covers(grant, place));
}

/** Shape: true when the right is held in the place or somewhere within it. */
export function holdsWithin({ grants }: Holder, right: Right, place: Place): boolean {
  return grants.some((grant) => grant.rights.includes(right) && meets(grant, place));
}

/** Whether any grant, with whatever rights, has to do with the place: what none has to do with does not exist for the holder. */
export function isKnownTo({ grants }: Holder, place: Place): boolean {
  return grants.some((grant) => grant.rights.length > 0 && meets(grant, place));
}

/** Errors: `ProblemError("forbidden")`, naming the right and the place. */
export function requireRight(author: Author, right: Right, place: Place): void {
  if (!holds(author, right, place)) throw lacksRight(author, right, sayPlace(place));
}

/** The same for what belongs to no environment in particular: the right anywhere within the place is enough. */
export function requireRightWithin(author: Author, right: Right, place: Place): void {
  if (!holdsWithin(author, right, place)) throw lacksRight(author, right, sayPlace(place));
}

/**
 * Nobody gives what they do not have.
 *
 * Errors: `ProblemError("forbidden")`, naming the first right that would be given and is not held.
 * Source: reliability A53.
 */
export function requireHeld(author: Author, rights: readonly Right[], place: Place): void {
  const missing = rights.find((right) => !holds(author, right, place));
  if (missing === undefined) return;
  const { message } = lacksRight(author, missing, sayPlace(place));
  throw new ProblemError("forbidden", `Nobody can give rights that they do not have. ${message}`);
}

export function lacksRight({ actor }: Pick<Author, "actor">, right: Right, where: string): ProblemError {
  const what = actor.kind === "person" ? "you do" : `${actor.name} does`;
  return new ProblemError(
    "forbidden",
    `This needs the right ${right} in ${where}, which ${what} not have. Ask whoever grants roles there.`,
  );
}

export function sayPlace({ project, environment }: Place): string {
  if (project === null) return "the whole installation";
  return environment === null ? `every environment of project ${project}` : `${environment} of project ${project}`;
}

/** The environments of a project that an author may read; null for all of them, those to come included. */
export type Sight = ReadonlySet<string> | null;

export function sightOf(author: Holder, project: string): Sight {
  if (holds(author, "read", { project, environment: null })) return null;
  const seen = author.grants.filter((grant) => grant.rights.includes("read") && meets(grant, { project, environment: null }));
  return new Set(seen.flatMap(({ environment }) => environment ?? []));
}

/** Whether something may be seen by whoever sees this much; what is of no environment is of the project, and in everybody's sight. */
export const isInSight = (sight: Sight, environment: string | null): boolean =>
  sight === null || environment === null || sight.has(environment);

function covers(grant: HeldGrant, place: Place): boolean {
  if (grant.project !== null && grant.project !== place.project) return false;
  return grant.environment === null || grant.environment === place.environment;
}

function meets(grant: HeldGrant, place: Place): boolean {
  if (grant.project !== null && place.project !== null && grant.project !== place.project) return false;
  return grant.environment === null || place.environment === null || grant.environment === place.environment;
}
