/** Kills and stops of one app alone, laid over the snapshot that it holds: they work with the server gone. */

import { updateSnapshot, type CompiledSnapshot, type SnapshotFlag } from "@dimmer/evaluation";

/** A flag that is off here, or one variant of it that is stopped. */
export interface LocalKill {
  readonly flagKey: string;
  readonly variant?: string;
}

/** As it is written and reported: `flag` or `flag:variant`. */
export const nameOfKill = ({ flagKey, variant }: LocalKill): string =>
  variant === undefined ? flagKey : `${flagKey}:${variant}`;

/**
 * The snapshot with what is switched off here.
 *
 * Shape:  the same epoch and version, the same compiled flags but those that are named; the given snapshot itself where none is.
 *         Flags and variants that are not there change nothing.
 * Errors: none.
 * Source: ADR-0032.
 */
export function withLocalKills(held: CompiledSnapshot, kills: readonly LocalKill[]): CompiledSnapshot {
  const flags = new Map<string, SnapshotFlag>();
  for (const kill of kills) {
    const flag = flags.get(kill.flagKey) ?? held.flags.get(kill.flagKey)?.source;
    if (flag !== undefined) flags.set(kill.flagKey, withKill(flag, kill));
  }
  if (flags.size === 0) return held;
  const { epoch, version } = held;
  return updateSnapshot(held, { epoch, version, flags: Object.fromEntries(flags), segments: {}, values: {}, removed: NOTHING });
}

/** A stop of a variant that is not there is none; whatever form the flag has, it must not keep the others from being killed. */
const withKill = (flag: SnapshotFlag, { variant }: LocalKill): SnapshotFlag =>
  variant === undefined
    ? { ...flag, enabled: false }
    : { ...flag, stopped: [...(Array.isArray(flag.stopped) ? flag.stopped : []), variant] };

/** Characters that the reports of local kills may take of each request's head. */
const REPORTED_CHARS = 4_096;
/** As many as a server lists. */
const REPORTED_KILLS = 100;

/** The header's text, in order; what does not fit is left out, as it is only shown. */
export function reportOfKills(kills: readonly LocalKill[]): string {
  const names = [...new Set(kills.map(nameOfKill))].sort().slice(0, REPORTED_KILLS).map(encodeURIComponent);
  let text = names.shift() ?? "";
  for (const name of names) if (text.length + name.length < REPORTED_CHARS) text += `,${name}`;
  return text;
}

const NOTHING = { flags: [], segments: [], values: [] } as const;
