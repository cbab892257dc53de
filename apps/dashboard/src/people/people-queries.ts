/** What the page about people reads. */

import { queryOptions } from "@tanstack/react-query";
import type { Grant, RoleView } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { management } from "../api/client.ts";
import { sayRights } from "./say-right.ts";

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
/** Tokens of the whole installation. */
export const installationKeysQuery = queryOptions({
  queryKey: ["people", "installation-keys"],
  queryFn: () => management.listInstallationKeys(),
});
export const rolesQuery = list<RoleView>("roles", "/api/v1/roles");

/** "publisher in shop, production". */
export function sayGrant({ role, project, environment }: Grant): string {
  if (project === null) return `${role} everywhere`;
  return `${role} in ${project}${environment === null ? "" : `, ${environment}`}`;
}

const BUILT_IN: Readonly<Record<string, string>> = {
  viewer: "Sees everything, changes nothing.",
  editor: "Prepares and changes flags, segments and prompts, and may turn things off. Does not publish or restore.",
  publisher: "What an editor may, and also publishes, restores, schedules and approves.",
  responder: "Turns things off and back on, for whoever is on call.",
  admin: "Everything in their place, people and keys included.",
  owner: "Everything, other owners and backups included.",
};

/** What a role allows, in a sentence; right by right where nobody wrote one. */
export const sayRole = ({ name, description, rights, isBuiltIn }: RoleView): string =>
  (isBuiltIn ? BUILT_IN[name] : description) || sayRights(rights);
