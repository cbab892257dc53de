/** Break-glass: what this app switches off by itself, by option, environment variable or file, with the server gone too. */

import { nameOfKill, reportOfKills, type Engine, type LocalKill, type Ports } from "@dimmer/sdk-core";
import { noSuch } from "../testing/no-such.ts";
import { openKillFile, type KillFile } from "./kill-file.ts";
import { parseKills } from "./parse-kills.ts";

/** Kills, or complaints, that are named in one go. */
const SHOWN = 20;

export interface KillSources {
  readonly option: readonly string[];
  /** The text of DIMMER_KILL. */
  readonly environment: string;
  /** The file to follow; undefined for none. */
  readonly path: string | undefined;
  readonly holdProcess: boolean;
}

/**
 * Local kills of one client.
 *
 * Shape:  what any of the three places names is off, from the first answer on; `report` is what the server is told of it.
 * Errors: none; every entry that is none, and every name that does not exist, is a log line, and the others count.
 * Source: ADR-0032.
 */
export interface LocalKills {
  readonly initial: readonly LocalKill[];
  report(): string;
  attach(engine: Engine): void;
  close(): void;
}

export function openLocalKills(sources: KillSources, ports: Ports): LocalKills {
  const log = ports.log ?? (() => {});
  const read = (what: string, text: string): readonly LocalKill[] => {
    const { kills, problems } = parseKills(text);
    for (const problem of problems.slice(0, SHOWN)) log("error", `${what}: ${problem} The rest of it counts.`);
    return kills;
  };
  const fixed = [...read("The option kill", sources.option.join("\n")), ...read("DIMMER_KILL", sources.environment)];
  let all = distinct(fixed);
  let report = reportOfKills(all);
  let engine: Engine | undefined;
  let said = new Set<string>();

  const complain = (): void => {
    for (const kill of all) {
      const why = whyNot(engine, kill);
      if (why === undefined || said.has(why)) continue;
      said.add(why);
      log("error", `A local kill switches nothing off. ${why}`);
    }
  };

  const takeFile = (path: string, text: string): void => {
    const next = distinct([...fixed, ...read(path, text)]);
    if (String(next.map(nameOfKill)) === String(all.map(nameOfKill))) return;
    all = next;
    report = reportOfKills(all);
    said = new Set();
    // While the file is first read there is no engine yet, and everything is said once it is there.
    if (engine === undefined) return;
    log("warn", describe(all));
    engine.setLocalKills(all);
    complain();
  };

  const { path, holdProcess } = sources;
  const file: KillFile | undefined =
    path === undefined ? undefined : openKillFile({ path, holdProcess }, (text) => takeFile(path, text), ports);

  return {
    get initial() {
      return all;
    },
    report: () => report,
    attach(opened) {
      engine = opened;
      if (file === undefined && all.length === 0) return;
      if (all.length > 0) log("warn", describe(all));
      opened.on("ready", complain);
      opened.on("configuration-changed", complain);
      complain();
      file?.follow();
    },
    close: () => file?.close(),
  };
}

/** Each once, in order. */
const distinct = (kills: readonly LocalKill[]): readonly LocalKill[] =>
  [...new Map(kills.map((kill) => [nameOfKill(kill), kill]))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kill]) => kill);

function describe(kills: readonly LocalKill[]): string {
  if (kills.length === 0) return "This app switches nothing off by itself any more.";
  const more = kills.length > SHOWN ? `, and ${kills.length - SHOWN} more` : "";
  return `Switched off by this app itself, whatever the server says: ${kills.slice(0, SHOWN).map(nameOfKill).join(", ")}${more}.`;
}

/** Before the first snapshot nobody knows; the flag may be in it. */
function whyNot(engine: Engine | undefined, { flagKey, variant }: LocalKill): string | undefined {
  if (engine?.snapshot === undefined) return undefined;
  const known = engine.snapshot.flags.get(flagKey)?.source;
  if (known === undefined) return noSuch("flag", flagKey, [...engine.snapshot.flags.keys()], "");
  const variants = Object.keys(known.variants ?? {});
  return variant === undefined || variants.includes(variant) ? undefined : noSuch("variant", variant, variants, ` of ${flagKey}`);
}
