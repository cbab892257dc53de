/** Who has a role, in words. */

import type { Grant, KeyView } from "@dimmer/protocol";
import type { InvitationView, PersonView } from "./people-queries.ts";

export interface Holders {
  readonly people: readonly Pick<PersonView, "name" | "grants">[];
  readonly invitations: readonly Pick<InvitationView, "email" | "grants">[];
  readonly keys: readonly Pick<KeyView, "name" | "role" | "revokedAt" | "expiresAt">[];
}

/** Shape: people first, then invitations that wait, then tokens that count. */
export function holdersOf(role: string, { people, invitations, keys }: Holders, now: number): readonly string[] {
  const has = ({ grants }: { readonly grants: readonly Grant[] }) => grants.some((grant) => grant.role === role);
  const isLive = ({ revokedAt, expiresAt }: Holders["keys"][number]) =>
    revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
  return [
    ...people.filter(has).map(({ name }) => name),
    ...invitations.filter(has).map(({ email }) => `the invitation of ${email}`),
    ...keys.filter((key) => key.role === role && isLive(key)).map(({ name }) => `the token ${name}`),
  ];
}
