/** Overrides for development: from the options, the environment and a local file that is watched, and never unsaid. */

import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Engine, OpenSource, Ports } from "@dimmer/sdk-core";
import { keepLooking, stateOf } from "../sources/file.ts";
import { readData } from "../sources/read-flag-file.ts";
import { noSuch } from "../testing/no-such.ts";
import { checkOverrides, type Overrides } from "./parse-overrides.ts";

export const OVERRIDES_FILE = "dimmer.local.yaml";
const OVERRIDES_BYTES = 256 * 1024;
/** Overrides that are named in one line of the log. */
const SHOWN = 20;

export interface OverrideSources {
  readonly option: Overrides;
  readonly environment: Overrides;
  /** Undefined where there is no file to look at. */
  readonly path: string | undefined;
  readonly isWatched: boolean;
  readonly holdProcess: boolean;
}

/**
 * The file to look at.
 *
 * Shape:  the one that is named; else `dimmer.local.yaml` beside the flag file, or in the working folder, where it is there and this is
 *         not production.
 */
export function overridesPath(
  named: string | false | undefined,
  flagFile: string | undefined,
  isProduction: boolean,
): string | undefined {
  if (named !== undefined) return named === false ? undefined : resolve(named);
  const path = join(flagFile === undefined ? resolve() : dirname(resolve(flagFile)), OVERRIDES_FILE);
  return isProduction || !existsSync(path) ? undefined : path;
}

/**
 * Overrides of one client.
 *
 * Shape:  an option wins over the environment, and that over the file, flag by flag. `follow` adds the watching to a source, so that
 *         it shares its timer; `attach` gives the engine, once there is one.
 * Errors: none; a file that cannot be read keeps what it last said and is a log line, as is every name that does not exist.
 * Source: ADR-0025.
 */
export interface LocalOverrides {
  readonly initial: Overrides | undefined;
  follow(source: OpenSource | undefined): OpenSource | undefined;
  attach(engine: Engine): void;
  /** The file was read, or there is none. */
  readonly settled: Promise<void>;
}

export function openLocalOverrides(sources: OverrideSources, { log }: Pick<Ports, "log">): LocalOverrides {
  const { option, environment, path } = sources;
  const said = new Set<string>();
  let engine: Engine | undefined;
  let file: Overrides = {};
  let seen: string | undefined;
  let isFollowed = false;
  let settle = (): void => {};
  const settled = path === undefined ? Promise.resolve() : new Promise<void>((resolve) => (settle = resolve));

  const all = (): Overrides => ({ ...file, ...environment, ...option });
  const originOf = (flag: string): string =>
    Object.hasOwn(option, flag) ? "option" : Object.hasOwn(environment, flag) ? "DIMMER_OVERRIDES" : basename(path ?? "");

  const announce = (): void => {
    const list = Object.entries(all()).map(([flag, variant]) => `${flag}=${variant} (${originOf(flag)})`);
    if (list.length === 0) return log?.("warn", "No overrides are in force any more.");
    const more = list.length > SHOWN ? `, and ${list.length - SHOWN} more` : "";
    log?.(
      "warn",
      `${list.length === 1 ? "1 override is" : `${list.length} overrides are`} in force: ${list.slice(0, SHOWN).join(", ")}${more}.`,
    );
  };

  const complain = (): void => {
    for (const [flag, variant] of Object.entries(all())) {
      const why = whyNot(engine, flag, variant);
      if (why === undefined || said.has(why)) continue;
      said.add(why);
      log?.("warn", `An override is not in force. ${why}`);
    }
  };

  const look = async (): Promise<"read" | "same" | "failed"> => {
    const at = path as string;
    const state = await stateOf(at);
    if (state === seen) return "same";
    const isFirst = seen === undefined;
    seen = state;
    try {
      const next = state === "missing" ? {} : checkOverrides((await readData(at, OVERRIDES_BYTES)).data);
      const hasChanged = JSON.stringify(next) !== JSON.stringify(file);
      file = next;
      if (hasChanged) engine?.setOverrides(all());
      if (hasChanged || (isFirst && Object.keys(all()).length > 0)) announce();
      complain();
      return "read";
    } catch (thrown) {
      log?.("warn", `The overrides of ${at} were not taken. ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      return "failed";
    } finally {
      settle();
    }
  };

  return {
    initial: Object.keys(all()).length === 0 ? undefined : all(),
    follow(source) {
      if (path === undefined || source === undefined || !sources.isWatched) return source;
      isFollowed = true;
      return (sink, ports) => {
        const inner = source(sink, ports);
        const looking = keepLooking({ path, holdProcess: sources.holdProcess }, look, ports);
        return {
          close() {
            looking.close();
            inner.close();
          },
        };
      };
    },
    attach(opened) {
      engine = opened;
      if (path === undefined && Object.keys(all()).length === 0) return;
      opened.on("ready", complain);
      opened.on("configuration-changed", complain);
      if (path === undefined) {
        announce();
        complain();
      } else if (!isFollowed) void look();
    },
    settled,
  };
}

/** Before the first snapshot nobody knows; the flag may be in it. */
function whyNot(engine: Engine | undefined, flag: string, variant: string): string | undefined {
  if (engine?.snapshot === undefined) return undefined;
  const known = engine.snapshot.flags.get(flag)?.source;
  if (known === undefined) return noSuch("flag", flag, [...engine.snapshot.flags.keys()], "");
  const variants = Object.keys(known.variants);
  return variants.includes(variant) ? undefined : noSuch("variant", variant, variants, ` of ${flag}`);
}
