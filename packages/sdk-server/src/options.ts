/** What `openDimmer` can be told, and what of it fits together. */

import type { Snapshot } from "@dimmer/evaluation";
import type { Ports } from "@dimmer/sdk-core";
import type { Tracker } from "./track.ts";

/** Gets sentences; `console` is one. No key is ever in them. */
export interface Logger {
  debug?(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Where flags come from and how they are kept current. Each setting also has an environment variable; options win.
 *
 * Shape:  a server (`url` and `key`), a `file`, or a `snapshot` alone; a `snapshot` beside one of the first two is what answers until they do.
 * Errors: `openDimmer` throws a TypeError when these do not fit together, because that shows at the first start and not at night.
 */
export interface DimmerOptions {
  /** The server, with a path where it lives behind one. DIMMER_URL. */
  readonly url?: string;
  /** A server key. DIMMER_KEY, or DIMMER_KEY_FILE for a file that holds it. */
  readonly key?: string;
  /** A local `dimmer.yaml` or JSON instead of a server; it is watched. DIMMER_FILE. */
  readonly file?: string;
  /** Which environment of the file; may be left out where it has only one. A server's key names its own. DIMMER_ENVIRONMENT. */
  readonly environment?: string;
  /** A snapshot that the app brought along. */
  readonly snapshot?: Snapshot;
  /** False fetches once, or watches nothing, for processes that end soon. DIMMER_STREAM, true unless given. */
  readonly stream?: boolean;
  /** Without the stream: fetch again at this interval, a second or more. DIMMER_POLL_INTERVAL_MS. */
  readonly pollIntervalMs?: number;
  /** Without a live source for longer than this, answers are marked stale; Infinity is never. DIMMER_STALE_AFTER_MS, five seconds unless given. */
  readonly staleAfterMs?: number;
  /**
   * Whether the server is told how often each answer was given, about how many people asked, and which attributes contexts have
   * (their names and types, never values). DIMMER_TELEMETRY, true unless given; without a server nothing is counted.
   */
  readonly telemetry?: boolean;
  /**
   * A folder of this user alone, where the server's last flags are kept for a start without it. DIMMER_CACHE_DIR; nothing is kept
   * unless given.
   */
  readonly cacheDir?: string;
  /**
   * Flag key → variant, for development and tests, above DIMMER_OVERRIDES and the local file. Kill, `requires`, stop and `only` still
   * win.
   */
  readonly overrides?: Readonly<Record<string, string>>;
  /**
   * A file of overrides, watched; false for none. DIMMER_OVERRIDES_FILE; unless given, `dimmer.local.yaml` beside the flag file or in
   * the working folder, except in production (NODE_ENV).
   */
  readonly overridesFile?: string | false;
  /**
   * What this app switches off by itself: `flag`, or `flag:variant` to stop a variant. It wins over everything, with the server gone
   * too. DIMMER_KILL (`summarizer,search:new`) and `killFile` count beside it.
   */
  readonly kill?: readonly string[];
  /** A file of the same, an entry a line, followed whether it is there or not. DIMMER_KILL_FILE. */
  readonly killFile?: string;
  /** Whether the client alone keeps the process alive; it does not unless told to. */
  readonly holdProcess?: boolean;
  /** Hears of what keeps flags from coming; without one, warnings go to `process.emitWarning`. */
  readonly logger?: Logger;
  /** Takes what `track` is told. */
  readonly tracker?: Tracker;
  /** Replaces clock, chance, network or timer, for tests. */
  readonly ports?: Partial<Ports>;
}

/** Shortest interval between two polls. */
export const POLL_INTERVAL_MIN_MS = 1_000;

/** Where the flags come from, once the options are known to fit. */
export type Origin =
  | { readonly kind: "server"; readonly url: string; readonly key: string }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "snapshot" };

export function originOf(options: DimmerOptions): Origin {
  const { url, key, file, snapshot } = options;
  if (url !== undefined && file !== undefined)
    throw new TypeError("openDimmer got both a url and a file; flags come from one of them.");
  if (file !== undefined) return { kind: "file", file };
  if (url !== undefined) return { kind: "server", url: checkUrl(url), key: checkKey(key) };
  if (snapshot !== undefined) return { kind: "snapshot" };
  throw new TypeError("openDimmer needs a url and a key, a file, or a snapshot (or DIMMER_URL and DIMMER_KEY, or DIMMER_FILE).");
}

function checkUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`The url must begin with http:// or https://, not ${JSON.stringify(url)}.`);
  if (parsed.username !== "" || parsed.password !== "")
    throw new TypeError("The url must not hold a password; the key has its own option.");
  return parsed.origin + parsed.pathname;
}

function checkKey(key: string | undefined): string {
  if (key === undefined) throw new TypeError("openDimmer got a url but no key (or DIMMER_KEY, or DIMMER_KEY_FILE).");
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new TypeError("The key holds a space or a character that no key has; was it copied whole?");
  return key;
}

/** Wherever the flags come from: a time that cannot be meant is a mistake at the first start, not a busy process later. */
export function checkTimes({ pollIntervalMs, staleAfterMs }: DimmerOptions): void {
  if (pollIntervalMs !== undefined) checkMilliseconds("pollIntervalMs", pollIntervalMs, POLL_INTERVAL_MIN_MS);
  if (staleAfterMs !== undefined) checkMilliseconds("staleAfterMs", staleAfterMs);
}

/** Infinity is a time: never. */
export function checkMilliseconds(name: string, value: unknown, leastMs = 0): void {
  if (typeof value !== "number")
    throw new TypeError(`${name} must be milliseconds as a number, not ${JSON.stringify(value) ?? typeof value}.`);
  if (!(value >= leastMs)) throw new TypeError(`${name} must be at least ${leastMs} milliseconds, not ${value}.`);
}
