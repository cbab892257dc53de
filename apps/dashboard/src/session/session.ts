/** Who is signed in, and what they may do where. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { callServer } from "../api/call-server.ts";

export interface Grant {
  readonly role: string;
  readonly rights: readonly string[];
  readonly project: string | null;
  readonly environment: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: readonly Grant[];
  readonly twoFactor: boolean;
  /** Who signs in elsewhere has none. */
  readonly password: boolean;
}

export interface Session {
  readonly state: "setup-needed" | "signed-out" | "signed-in";
  readonly methods: { readonly password: boolean; readonly oidc: readonly { readonly id: string; readonly name: string }[] };
  readonly person?: Person;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => callServer<Session>("GET", "/api/v1/session"),
  staleTime: 60_000,
});

/** Whether the person may do something somewhere; the server decides again, this only spares a refusal. */
export function mayDo(person: Person | undefined, right: string, project: string, environment: string | null): boolean {
  return (person?.grants ?? []).some(
    (grant) =>
      grant.rights.includes(right) &&
      (grant.project === null || grant.project === project) &&
      (grant.environment === null || grant.environment === environment),
  );
}

export function useMay(right: string, project: string, environment: string | null): boolean {
  const { data } = useQuery(sessionQuery);
  return mayDo(data?.person, right, project, environment);
}

const NO_RIGHTS: ReadonlySet<string> = new Set();

/** What the person may do in the whole installation, which is what is needed for what belongs to no project. */
export function useRightsEverywhere(): ReadonlySet<string> {
  const { data } = useQuery(sessionQuery);
  const grants = data?.person?.grants.filter(({ project }) => project === null);
  return grants === undefined ? NO_RIGHTS : new Set(grants.flatMap(({ rights }) => rights));
}
