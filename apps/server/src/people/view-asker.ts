/** The person of a request, as they see themselves. */

import type { SessionPerson } from "@dimmer/protocol";
import { principalOfPerson } from "../access/principal.ts";
import type { StoreReader } from "../storage/store.ts";
import type { Asker } from "./asker.ts";

export async function viewAsker(store: StoreReader, { person, via }: Asker): Promise<SessionPerson> {
  const { id, name, email, totp, passwordHash } = person;
  const { grants } = await principalOfPerson(store, person);
  return { id, name, email, grants, twoFactor: totp !== null, password: passwordHash !== null, via };
}
