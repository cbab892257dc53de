/** A key that the server does not accept: how it is told from other failures, and what to do about it. */

import type { SourceFailure } from "./source.ts";

/** Another attempt with the same key helps only once somebody has mended it, here or on the server. */
export function isKeyRefused({ status }: Pick<SourceFailure, "status">): boolean {
  return status === 401 || status === 403;
}

const KINDS: readonly (readonly [prefix: string, name: string])[] = [
  ["dm_server_", "server key"],
  ["dm_admin_", "admin token"],
  ["dm_browser_", "browser key"],
];

/**
 * Which key was refused, and the mend.
 *
 * Shape:  the kind is read off the key's prefix, which a key that an installer chose does not have; nothing else of the key is told.
 * Errors: none.
 */
export function describeRefusedKey(key: string): string {
  const kind = KINDS.find(([prefix]) => key.startsWith(prefix))?.[1];
  const refusal = kind === undefined ? "the key is not accepted" : `the key is not accepted (it is ${withArticle(kind)})`;
  return `${refusal}. Give a server key of that server (\`key\`, DIMMER_KEY); \`dimmer keys create server\` makes one.`;
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
