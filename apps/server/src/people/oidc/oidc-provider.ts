/** One OpenID Connect provider: where to send somebody, and who the provider says came back. */

import { createHash } from "node:crypto";
import * as client from "openid-client";
import { ProblemError } from "@dimmer/protocol";
import type { GuardedFetch } from "../../outbound/fetch-guarded.ts";
import { type OidcSettings, PROVIDER_ID } from "./oidc-settings.ts";

export const OIDC_LIMITS = {
  /** How long somebody may take at the provider. */
  pendingMs: 10 * 60 * 1000,
  /** Sign-ins under way; a further one takes the place of the oldest. */
  pending: 5_000,
  /** After which the provider's description is fetched anew. */
  metadataMs: 60 * 60 * 1000,
} as const;

export interface OidcPorts {
  readonly fetch: GuardedFetch;
  readonly clock: () => number;
  readonly publicUrl: () => string;
}

/** Who the provider vouches for. */
export interface VouchedPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Only where the provider has verified it. */
  readonly email?: string;
  readonly name?: string;
  /** The page of ours that they wanted. */
  readonly next: string;
}

export interface OidcProvider {
  readonly id: string;
  readonly name: string;
  /** Shape: the provider's address, and what the browser keeps meanwhile so that nobody else can finish it. */
  start(next: string | undefined): Promise<{ readonly url: string; readonly binding: string }>;
  /** Shape: `query` is what the provider sent back, with its question mark. */
  finish(query: string, binding: string | undefined): Promise<VouchedPerson>;
}

interface Pending {
  readonly nonce: string;
  readonly verifier: string;
  readonly bindingHash: string;
  readonly next: string;
  readonly at: number;
}

/**
 * Opens a provider; it is asked for nothing before somebody signs in.
 *
 * Shape:  the code flow with PKCE, state and nonce; each start can be finished once, by the browser that began it.
 * Errors: `ProblemError`: unauthenticated for an answer that does not fit a start of ours, or that the provider refused; provider-unavailable
 *         where the provider does not answer as it must. The cause is for the log.
 * Source: ADR-0036; OpenID Connect Core; RFC 9700; reliability A40.
 */
export function openOidcProvider(settings: OidcSettings, ports: OidcPorts): OidcProvider {
  const pending = new Map<string, Pending>();
  let known: { readonly config: Promise<client.Configuration>; readonly at: number } | undefined;
  const redirectUri = () => `${ports.publicUrl()}/auth/oidc/${PROVIDER_ID}/callback`;

  async function configuration(): Promise<client.Configuration> {
    const now = ports.clock();
    if (known === undefined || now - known.at >= OIDC_LIMITS.metadataMs)
      known = { config: discover(settings, ports.fetch), at: now };
    try {
      return await known.config;
    } catch (cause) {
      known = undefined;
      throw unavailable(cause);
    }
  }

  function keep(state: string, one: Pending): void {
    pending.set(state, one);
    for (const [oldest, { at }] of pending) {
      if (pending.size <= OIDC_LIMITS.pending && one.at - at < OIDC_LIMITS.pendingMs) break;
      pending.delete(oldest);
    }
  }

  function take(query: URLSearchParams, binding: string | undefined): Pending & { readonly state: string } {
    const state = query.get("state") ?? "";
    const found = pending.get(state);
    // Whatever comes of it, it is spent.
    pending.delete(state);
    const isOwn = found !== undefined && binding !== undefined && found.bindingHash === hashOf(binding);
    if (!isOwn || ports.clock() - found.at >= OIDC_LIMITS.pendingMs)
      throw new ProblemError("unauthenticated", "This sign-in was not begun in this browser, or took too long. Begin again.");
    return { ...found, state };
  }

  return {
    id: PROVIDER_ID,
    name: settings.name,
    async start(next) {
      const config = await configuration();
      const [state, nonce, verifier, binding] = [
        client.randomState(),
        client.randomNonce(),
        client.randomPKCECodeVerifier(),
        client.randomState(),
      ];
      keep(state, { nonce, verifier, bindingHash: hashOf(binding), next: ownPath(next), at: ports.clock() });
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(),
        scope: "openid email profile",
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, binding };
    },
    async finish(query, binding) {
      const { state, nonce, verifier, next } = take(new URLSearchParams(query), binding);
      const config = await configuration();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(redirectUri() + query), checks);
        const claims = tokens.claims();
        if (claims === undefined) throw new Error("no ID token came");
        const about = await aboutOf(config, claims, tokens.access_token);
        return { issuer: claims.iss, subject: claims.sub, ...about, next };
      } catch (cause) {
        throw new ProblemError("unauthenticated", `${settings.name} did not sign you in. Begin again.`, { cause });
      }
    },
  };
}

/** Basic is what a provider takes unless it says otherwise. */
async function discover(
  { issuer, clientId, clientSecret, allowPrivate }: OidcSettings,
  fetch: GuardedFetch,
): Promise<client.Configuration> {
  const execute = allowPrivate ? [client.allowInsecureRequests] : [];
  const options = { [client.customFetch]: fetch as client.CustomFetch, execute, timeout: 10 };
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), options);
  const methods = found.serverMetadata().token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  if (methods.includes("client_secret_basic")) return found;
  const posting = new client.Configuration(found.serverMetadata(), clientId, undefined, client.ClientSecretPost(clientSecret));
  posting[client.customFetch] = fetch;
  for (const configure of execute) configure(posting);
  return posting;
}

interface Claims {
  readonly sub: string;
  readonly [name: string]: unknown;
}

/** Many providers put no address into the ID token and tell it when asked. */
async function aboutOf(
  config: client.Configuration,
  claims: Claims,
  accessToken: string,
): Promise<Pick<VouchedPerson, "email" | "name">> {
  const isAsked = claims["email"] === undefined && config.serverMetadata().userinfo_endpoint !== undefined;
  const told: Readonly<Record<string, unknown>> = isAsked ? await client.fetchUserInfo(config, accessToken, claims.sub) : claims;
  const { email, email_verified: isVerified, name } = told;
  return {
    ...(typeof email === "string" && isVerified === true ? { email: email.toLowerCase() } : {}),
    ...(typeof name === "string" && name.trim() !== "" ? { name: name.trim().slice(0, 100) } : {}),
  };
}

const hashOf = (binding: string): string => createHash("sha256").update(binding).digest("hex");

const unavailable = (cause: unknown) =>
  new ProblemError("provider-unavailable", "The provider that signs people in does not answer as it must. Try again later.", {
    cause,
  });

const OWN = "http://own.invalid";

/** A path of ours, or the start page: never an address of somebody else's. */
export function ownPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[\x21-\x7e]{0,1000}$/u.test(next) || next.includes("\\")) return "/";
  if (!URL.canParse(next, OWN) || new URL(next, OWN).origin !== OWN) return "/";
  const { pathname, search, hash } = new URL(next, OWN);
  return pathname.startsWith("//") ? "/" : `${pathname}${search}${hash}`;
}
