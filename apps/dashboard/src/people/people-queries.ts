/** What the page about people reads. */

import { queryOptions } from "@tanstack/react-query";
import type { Grant, RoleView } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: readonly Grant[];
  readonly disabled: boolean;
  readonly twoFactor: boolean;
  readonly createdAt: string;
}

export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly grants: readonly Grant[];
  readonly createdAt: string;
  readonly expiresAt: string;
}

interface Items<T> {
  readonly items: readonly T[];
}

const list = <T>(name: string, path: string) =>
  queryOptions({ queryKey: ["people", name], queryFn: async () => (await callServer<Items<T>>("GET", path)).items });

export const personsQuery = list<PersonView>("persons", "/api/v1/people");
export const invitationsQuery = list<InvitationView>("invitations", "/api/v1/invitations");
export const rolesQuery = list<RoleView>("roles", "/api/v1/roles");

/** "publisher in shop, production". */
export function sayGrant({ role, project, environment }: Grant): string {
  if (project === null) return `${role} everywhere`;
  return `${role} in ${project}${environment === null ? "" : `, ${environment}`}`;
}
