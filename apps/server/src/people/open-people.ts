/** The room of people, wired: what its routes need, and how a request's person is found. */

import type { FastifyRequest } from "fastify";
import type { SealingPorts } from "../access/access-ports.ts";
import { type Cookies, openCookies } from "../http/session-cookie.ts";
import { openGuardedFetch } from "../outbound/fetch-guarded.ts";
import type { Resolve } from "../outbound/guard-address.ts";
import { openAttemptLimit } from "./attempt-limit.ts";
import { type PersonPrincipal, principalOfAsker } from "./asker.ts";
import { type DeviceLogins, openDeviceLogins } from "./device-logins.ts";
import { openPasswords } from "./hash-password.ts";
import { type OidcProvider, openOidcProvider } from "./oidc/oidc-provider.ts";
import type { OidcSettings } from "./oidc/oidc-settings.ts";
import { ATTEMPTS, type PeoplePorts } from "./people-ports.ts";
import { findTokenOwner } from "./personal-tokens.ts";
import { findSession } from "./sessions.ts";

export interface PeopleParts {
  readonly ports: PeoplePorts;
  readonly cookies: Cookies;
  readonly devices: DeviceLogins;
  readonly oidc: OidcProvider | undefined;
  readonly oidcSettings: OidcSettings | undefined;
  readonly recognise: Recognise;
}

/** Finds the person of a session, or of a personal token; null for nobody who counts. */
export interface Recognise {
  /** Undefined where the browser sent none. */
  bySession(request: FastifyRequest): Promise<PersonPrincipal | null | undefined>;
  byToken(secret: string): Promise<PersonPrincipal | null>;
}

export interface PeopleOrder {
  readonly peopleKey: Uint8Array;
  readonly publicUrl: () => string;
  readonly oidc: OidcSettings | undefined;
  readonly resolve: Resolve;
}

export async function openPeople(
  access: SealingPorts,
  { peopleKey, publicUrl, oidc, resolve }: PeopleOrder,
): Promise<PeopleParts> {
  const { clock, random } = access;
  const limit = (kind: keyof typeof ATTEMPTS) => openAttemptLimit({ ...ATTEMPTS[kind], clock, random });
  const ports: PeoplePorts = {
    ...access,
    peopleKey,
    publicUrl,
    passwords: await openPasswords({ random }),
    limits: { account: limit("account"), address: limit("address"), code: limit("code") },
  };
  const cookies = openCookies(publicUrl);
  return {
    ports,
    cookies,
    devices: openDeviceLogins(ports),
    oidc: oidc === undefined ? undefined : openOidcProvider(oidc, { clock, publicUrl, fetch: guardedFetch(oidc, resolve) }),
    oidcSettings: oidc,
    recognise: {
      async bySession(request) {
        const secret = cookies.readSession(request);
        if (secret === undefined) return undefined;
        const found = await findSession(ports, secret);
        return found === null ? null : await principalOfAsker(ports.store, { via: "session", ...found });
      },
      async byToken(secret) {
        const found = await findTokenOwner(ports, secret);
        return found === null ? null : await principalOfAsker(ports.store, { via: "personal-token", ...found });
      },
    },
  };
}

const guardedFetch = ({ allowPrivate }: OidcSettings, resolve: Resolve) =>
  openGuardedFetch({ resolve, allowPrivate, purpose: "sign-in" });
