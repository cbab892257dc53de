/** Reads the client's settings from the environment; options given in code win over it. */

import { readFileSync } from "node:fs";
import { parseOverrides, type Overrides } from "./overrides/parse-overrides.ts";
import type { DimmerOptions } from "./options.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The settings that `DIMMER_*` variables give.
 *
 * Shape:  DIMMER_URL, DIMMER_KEY or DIMMER_KEY_FILE, DIMMER_FILE, DIMMER_ENVIRONMENT, DIMMER_STREAM, DIMMER_POLL_INTERVAL_MS,
 *         DIMMER_STALE_AFTER_MS, DIMMER_CACHE_DIR, DIMMER_OVERRIDES_FILE, DIMMER_KILL_FILE,
 *         DIMMER_TELEMETRY; an empty variable counts as absent.
 * Errors: throws a TypeError for a value that cannot be read, naming the variable and never showing a key.
 */
export function readConfig(variables: Variables = process.env): DimmerOptions {
  const text = (name: string): string | undefined => (variables[name] === "" ? undefined : variables[name]);
  return withoutUndefined({
    url: text("DIMMER_URL"),
    key: text("DIMMER_KEY") ?? readSecret("DIMMER_KEY_FILE", text("DIMMER_KEY_FILE")),
    file: text("DIMMER_FILE"),
    environment: text("DIMMER_ENVIRONMENT"),
    stream: readSwitch("DIMMER_STREAM", text("DIMMER_STREAM")),
    pollIntervalMs: readMilliseconds("DIMMER_POLL_INTERVAL_MS", text("DIMMER_POLL_INTERVAL_MS")),
    staleAfterMs: readMilliseconds("DIMMER_STALE_AFTER_MS", text("DIMMER_STALE_AFTER_MS")),
    cacheDir: text("DIMMER_CACHE_DIR"),
    overridesFile: text("DIMMER_OVERRIDES_FILE"),
    killFile: text("DIMMER_KILL_FILE"),
    telemetry: readSwitch("DIMMER_TELEMETRY", text("DIMMER_TELEMETRY")),
  });
}

/**
 * What the environment overrides, and whether it says that this is production.
 *
 * Shape:  DIMMER_OVERRIDES as `flag=variant,flag=variant` or JSON; NODE_ENV.
 * Errors: throws a TypeError that names the variable.
 */
export function readOverrides(variables: Variables = process.env): {
  readonly overrides: Overrides;
  readonly isProduction: boolean;
} {
  try {
    return {
      overrides: parseOverrides(variables["DIMMER_OVERRIDES"] ?? ""),
      isProduction: variables["NODE_ENV"] === "production",
    };
  } catch (cause) {
    throw new TypeError(`DIMMER_OVERRIDES cannot be read. ${(cause as Error).message}`, { cause });
  }
}

/** What the environment switches off: the text of DIMMER_KILL, which counts beside the option `kill`. */
export const readKills = (variables: Variables = process.env): string => variables["DIMMER_KILL"] ?? "";

function readSecret(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new TypeError(`${name} names a file that cannot be read: ${path}`, { cause });
  }
}

function readSwitch(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new TypeError(`${name} must be true or false, not ${JSON.stringify(text)}.`);
}

function readMilliseconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,12}$/.test(text))
    throw new TypeError(`${name} must be milliseconds as a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

/** Absent and undefined are the same to us, but not to a spread that merges options. */
export function withoutUndefined(settings: { readonly [K in keyof DimmerOptions]: DimmerOptions[K] | undefined }): DimmerOptions {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
