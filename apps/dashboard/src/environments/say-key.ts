/** What keys and apps are, in words. */

import type { KeyView, SdkView } from "@dimmer/protocol";

export type KeyState = "in-use" | "expiring" | "expired" | "revoked";

/** Milliseconds before its end in which a key is said to be about to expire. */
const SOON_MS = 14 * 24 * 3_600_000;

export function stateOfKey({ revokedAt, expiresAt }: Pick<KeyView, "revokedAt" | "expiresAt">, now: number): KeyState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "in-use";
  const left = Date.parse(expiresAt) - now;
  return left <= 0 ? "expired" : left < SOON_MS ? "expiring" : "in-use";
}

export const KEY_KINDS: readonly { readonly kind: KeyView["kind"]; readonly label: string; readonly about: string }[] = [
  {
    kind: "server",
    label: "Server keys",
    about: "For your backends: they hold the flags and decide by themselves. Keep them secret.",
  },
  {
    kind: "browser",
    label: "Browser keys",
    about: "They stand in your pages, so they are public, and see only flags for browsers.",
  },
  {
    kind: "admin",
    label: "Admin tokens",
    about: "They may change flags: for CI and the command line. Keep them secret and short-lived.",
  },
];

/** "version 12, the newest", "version 11, 1 behind", "nothing yet". */
export function sayHeld(
  { holds, hasArrived }: Pick<SdkView, "holds" | "hasArrived">,
  newest: { readonly version: number },
): string {
  if (holds === null) return "holds nothing yet";
  if (hasArrived) return `holds version ${holds.version}, the newest`;
  const behind = newest.version - holds.version;
  return behind > 0 ? `holds version ${holds.version}, ${behind} behind` : `holds version ${holds.version} of an earlier start`;
}

const CONNECTIONS: Readonly<Record<SdkView["connection"], string>> = {
  streaming: "hears of changes at once",
  polling: "asks now and then",
  away: "has lost its line and not come back",
};

export const sayLine = ({ connection }: Pick<SdkView, "connection">): string => CONNECTIONS[connection];

/** Milliseconds without a word after which an app counts as stale. */
const STALE_MS = 5 * 60_000;

/** Green only for who holds the newest version and was heard of lately. */
export function statusOfSdk(
  sdk: Pick<SdkView, "hasArrived" | "connection" | "lastSeenMsAgo" | "holds">,
): "healthy" | "warning" | "unknown" {
  if (sdk.holds === null) return "unknown";
  const isLost = sdk.connection === "away" || (sdk.connection === "polling" && sdk.lastSeenMsAgo > STALE_MS);
  return sdk.hasArrived && !isLost ? "healthy" : "warning";
}
