/** Reads what an app is to switch off by itself, as people write it in a hurry. */

import { checkFlagKey, checkVariantKey } from "@dimmer/evaluation";
import type { LocalKill } from "@dimmer/sdk-core";

/** Kills of one source; whoever needs more kills on the server. */
export const KILLS_LIMIT = 1_000;

/**
 * Reads a list of kills.
 *
 * Shape:  `flag` or `flag:variant`, with commas or lines between; from `#` to the end of a line is a comment. What cannot be read is
 *         named in `problems`, and the rest counts: a slip of the pen must not keep the other flags on.
 * Errors: none.
 * Source: ADR-0032.
 */
export function parseKills(text: string): { readonly kills: readonly LocalKill[]; readonly problems: readonly string[] } {
  const entries = text
    .split(/\r\n|\r|\n/)
    .flatMap((line) => line.replace(/#.*/, "").split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const kills: LocalKill[] = [];
  const problems: string[] = [];
  for (const entry of entries.slice(0, KILLS_LIMIT)) {
    const kill = parseKill(entry);
    if (kill === undefined) problems.push(`${JSON.stringify(entry.slice(0, SHOWN_CHARS))} is neither flag nor flag:variant.`);
    else kills.push(kill);
  }
  if (entries.length > KILLS_LIMIT) problems.push(`Only the first ${KILLS_LIMIT} count.`);
  return { kills, problems };
}

const SHOWN_CHARS = 100;

function parseKill(entry: string): LocalKill | undefined {
  const [flagKey = "", variant, ...rest] = entry.split(":").map((part) => part.trim());
  if (rest.length > 0 || checkFlagKey(flagKey) !== undefined) return undefined;
  if (variant === undefined) return { flagKey };
  return checkVariantKey(variant) === undefined ? { flagKey, variant } : undefined;
}
