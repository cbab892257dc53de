/** Finds the override token that a request carries. */

import { LIMITS } from "@dimmer/evaluation";

/** A web `Request`, or Node's `IncomingMessage`, or what looks like one of them. */
export interface RequestLike {
  readonly url?: string | undefined;
  readonly headers: { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface CarriedToken {
  /** Not verified yet: `readOverrides` does. */
  readonly token: string;
  /** Whoever comes by a link keeps the token only if the app sets the cookie of this name. */
  readonly from: "header" | "link" | "cookie";
}

// Literal, because the SDK does not load the protocol; a test holds them together.
const NAME = "dimmer-overrides";
/** Characters of a cookie header or an address that are looked at; servers take less. */
const CARRIER_CHARS = 65_536;

/**
 * Finds the override token of a request, by the name `dimmer-overrides`.
 *
 * Shape:  the header's, else that of the link, which is newer than any cookie, else the cookie's; undefined where there is none that
 *         could be one.
 * Errors: none, whatever the request is.
 * Source: ADR-0031.
 */
export function overrideTokenOf(request: RequestLike): CarriedToken | undefined {
  return (
    carried("header", () => headerOf(request, NAME)) ??
    carried("link", () => linked(request)) ??
    carried("cookie", () => kept(request))
  );
}

function carried(from: CarriedToken["from"], read: () => string | undefined): CarriedToken | undefined {
  try {
    const token = read()?.trim();
    return token === undefined || token === "" || token.length > LIMITS.tokenChars ? undefined : { token, from };
  } catch {
    // Headers of a form that nobody knows, or an address that is none.
    return undefined;
  }
}

function headerOf({ headers }: RequestLike, name: string): string | undefined {
  const { get } = headers as { readonly get?: unknown };
  const value = typeof get === "function" ? (headers as Headers).get(name) : (headers as Record<string, unknown>)[name];
  const text: unknown = Array.isArray(value) ? value[0] : value;
  return typeof text === "string" ? text : undefined;
}

/** Node has only the path and the query; whose address it is does not matter here. */
function linked({ url }: RequestLike): string | undefined {
  if (url === undefined || url.length > CARRIER_CHARS || !url.includes(NAME)) return undefined;
  return new URL(url, "http://localhost").searchParams.get(NAME) ?? undefined;
}

function kept(request: RequestLike): string | undefined {
  const header = headerOf(request, "cookie");
  if (header === undefined || header.length > CARRIER_CHARS) return undefined;
  const cookie = header
    .split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`));
  return cookie?.slice(NAME.length + 1).replace(/^"(.*)"$/, "$1");
}
