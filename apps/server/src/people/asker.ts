/** The person that a request comes from, and by what they were recognised. */

import type { FastifyRequest } from "fastify";
import { ProblemError } from "@dimmer/protocol";
import { type Principal, principalOfPerson } from "../access/principal.ts";
import { principalOf } from "../http/access.ts";
import type { PersonalTokenRecord, PersonRecord, SessionRecord } from "../storage/person-record.ts";
import type { StoreReader } from "../storage/store.ts";
import type { SignedIn } from "./sessions.ts";

export type Asker =
  | { readonly via: "session"; readonly person: PersonRecord; readonly session: SessionRecord }
  | { readonly via: "personal-token"; readonly person: PersonRecord; readonly token: PersonalTokenRecord };

/** A person who asks; `Principal` alone says what they may. */
export interface PersonPrincipal extends Principal {
  readonly kind: "person";
  readonly asker: Asker;
}

export async function principalOfAsker(store: StoreReader, asker: Asker): Promise<PersonPrincipal> {
  return { ...(await principalOfPerson(store, asker.person)), kind: "person", asker };
}

/** Errors: `ProblemError("forbidden")` for a key: what belongs to a person is no key's. */
export function askerOf(request: FastifyRequest): Asker {
  const principal = principalOf(request);
  if (isPerson(principal)) return principal.asker;
  throw new ProblemError("forbidden", "That belongs to a person. Sign in, or use a personal token.");
}

const isPerson = (principal: Principal): principal is PersonPrincipal => principal.kind === "person" && "asker" in principal;

/** For what a stolen token must not be able to do: change the password, make more tokens, let others in. */
export function sessionOf(request: FastifyRequest): SignedIn {
  const asker = askerOf(request);
  if (asker.via !== "session") throw new ProblemError("forbidden", "A personal token may not do that. Sign in with a browser.");
  return asker;
}
