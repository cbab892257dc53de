/** Where the server may send requests that somebody asked it to: no address inside its own network. */

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { ProblemError } from "@dimmer/protocol";

/** All addresses of a name, as the system resolves it. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface OutboundPolicy {
  readonly resolve: Resolve;
  /** For receivers in one's own network: then nothing about addresses is refused, and plain HTTP is taken. */
  readonly allowPrivate: boolean;
  readonly purpose: OutboundPurpose;
}

/** What the requests are for: refusals are said in its words. */
export type OutboundPurpose = "webhook" | "connection" | "sign-in";

interface PurposeWords {
  /** The setting that permits addresses inside. */
  readonly setting: string;
  /** What there is instead of a name and a password in the address. */
  readonly instead: string;
  readonly reached: string;
}

const WORDS: Readonly<Record<OutboundPurpose, PurposeWords>> = {
  webhook: {
    setting: "DIMMER_WEBHOOK_ALLOW_PRIVATE",
    instead: "deliveries are signed instead",
    reached: "webhooks are received on",
  },
  connection: {
    setting: "DIMMER_CONNECTION_ALLOW_PRIVATE",
    instead: "the credential has a field of its own",
    reached: "models are asked on",
  },
  "sign-in": {
    setting: "DIMMER_OIDC_ALLOW_PRIVATE",
    instead: "the client's secret is a setting of its own",
    reached: "providers are asked on",
  },
};

/** Characters of an address. */
export const MAX_URL = 2_048;

/**
 * Reads an address that requests are to go to.
 *
 * Errors: `ProblemError("invalid-request")` for a scheme, a port, credentials or characters that have no business there.
 * Source: reliability A57, A62.
 */
export function requireUrl(text: string, { allowPrivate, purpose }: Pick<OutboundPolicy, "allowPrivate" | "purpose">): URL {
  // Before parsing, which would quietly drop tabs and line breaks.
  const isPlain = text.length <= MAX_URL && /^[\x21-\x7e]+$/u.test(text);
  const url = isPlain && URL.canParse(text) ? new URL(text) : undefined;
  const why =
    url === undefined
      ? `The address must be a URL of at most ${MAX_URL} visible ASCII characters.`
      : url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")
        ? "The address must begin with https://."
        : url.username !== "" || url.password !== ""
          ? `The address must not hold a name or a password; ${WORDS[purpose].instead}.`
          : url.hash !== ""
            ? "The address must not have a fragment."
            : !isUsualPort(url.port)
              ? `Port ${url.port} is not one that ${WORDS[purpose].reached}: use 443, 80, or one from 1024.`
              : undefined;
  if (why !== undefined || url === undefined) throw new ProblemError("invalid-request", why ?? "The address is none.");
  return url;
}

const isUsualPort = (port: string): boolean => port === "" || port === "443" || port === "80" || Number(port) >= 1_024;

/**
 * Resolves a host and gives the one address that may be dialled.
 *
 * Shape:  every address of the name must be public: whichever is dialled, it is the one that was looked at.
 * Errors: `ProblemError("invalid-request")` for a name that is not found or leads inside.
 * Source: reliability A57, A58.
 */
export async function requirePublicAddress(url: URL, { resolve, allowPrivate, purpose }: OutboundPolicy): Promise<string> {
  const host = url.hostname.replace(/^\[(.*)\]$/u, "$1");
  const addresses = isIP(host) === 0 ? await resolveName(host, resolve) : [host];
  const inside = allowPrivate ? undefined : addresses.find((address) => !isPublicAddress(address));
  // The address itself is not told: the answer must not be a way to ask about the network inside.
  if (inside !== undefined)
    throw new ProblemError(
      "invalid-request",
      `${host} is not a public address. ${WORDS[purpose].setting}=1 permits private ones.`,
    );
  return addresses[0] ?? host;
}

async function resolveName(host: string, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new ProblemError("invalid-request", `${host} cannot be found. Check the name.`, { cause });
  });
  if (addresses.length === 0) throw new ProblemError("invalid-request", `${host} has no address. Check the name.`);
  return addresses;
}

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Not loopback, private, link-local, shared, reserved, multicast, nor any of those mapped into IPv6. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST);
}
