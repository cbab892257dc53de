/** Settings of the command: options over environment over `dimmer login` and the local server's file over defaults; the only reader of process.env. */

import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Credentials, readCredentials, serverName } from "./credentials.ts";
import { EXIT } from "./exit-codes.ts";
import { Failure, wrongUsage } from "./failure.ts";
import type { Io } from "./io.ts";

export const DEFAULT_URL = "http://127.0.0.1:4180";
export const DATA_DIRECTORY = ".dimmer";
/** Written by `dimmer serve --demo` into its data directory, mode 0600. */
export const LOCAL_FILE = "local.json";
/** Folders looked at for a local server's file, from the current one upwards. */
const MAX_FOLDERS_UP = 32;

/** What a running local server tells the other terminal of the same folder. */
export interface LocalServer {
  readonly url: string;
  readonly token: string;
  readonly project: string;
}

export interface Settings {
  readonly url: string;
  /** A person's token, or an admin token. */
  readonly token: string | undefined;
  /** Server key, for `eval`. */
  readonly key: string | undefined;
  readonly project: string | undefined;
  readonly environment: string | undefined;
  /** Where the address came from, for messages. */
  readonly urlFrom: string;
}

export interface SettingOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
}

export const processEnvironment = (): Io["env"] => process.env;

/**
 * The local file counts as a whole or not at all: its token goes only to its own address, and a token from the
 * environment never goes to an address from a file that happens to lie in the current folder.
 */
export function readSettings(io: Pick<Io, "env" | "cwd">, options: SettingOptions): Settings {
  const asked = options.url ?? filled(io.env["DIMMER_URL"]);
  const token = readSecret(io, "DIMMER_TOKEN");
  const key = options.key ?? readSecret(io, "DIMMER_KEY");
  const isUnnamed = token === undefined && options.key === undefined;
  const local = isUnnamed ? findLocalServer(io) : undefined;
  const useLocal = local !== undefined && (asked === undefined || sameServer(asked, local.server.url));
  const signedIn = isUnnamed ? readCredentials(io) : undefined;
  const url = asked ?? (useLocal ? local.server.url : (signedIn?.current ?? DEFAULT_URL));
  return {
    url,
    // Whoever signed in at a server wants to be named there, also at one of this folder.
    token: token ?? tokenAt(signedIn, url) ?? (useLocal ? local.server.token : undefined),
    key,
    project: options.project ?? filled(io.env["DIMMER_PROJECT"]) ?? (useLocal ? local.server.project : undefined),
    environment: options.environment ?? filled(io.env["DIMMER_ENVIRONMENT"]),
    urlFrom:
      options.url !== undefined
        ? "--url"
        : asked !== undefined
          ? "DIMMER_URL"
          : useLocal
            ? local.file
            : signedIn?.current === undefined
              ? "the default"
              : "dimmer login",
  };
}

const tokenAt = (credentials: Credentials | undefined, url: string): string | undefined =>
  URL.canParse(url) ? credentials?.servers[serverName(url)]?.token : undefined;

/** `NAME`, or the content of the file that `NAME_FILE` names. */
function readSecret(io: Pick<Io, "env" | "cwd">, name: string): string | undefined {
  const direct = filled(io.env[name]);
  const file = filled(io.env[`${name}_FILE`]);
  if (direct !== undefined && file !== undefined) {
    throw wrongUsage(`Both ${name} and ${name}_FILE are set.`, "Unset one of them.");
  }
  if (file === undefined) return direct;
  try {
    return filled(readFileSync(resolve(io.cwd, file), "utf8").trim());
  } catch (cause) {
    throw new Failure(EXIT.usage, `${name}_FILE names ${file}, which cannot be read.`, { cause });
  }
}

function findLocalServer(io: Pick<Io, "env" | "cwd">): { file: string; server: LocalServer } | undefined {
  const named = filled(io.env["DIMMER_DATA_DIR"]);
  if (named !== undefined) return readLocalServer(join(resolve(io.cwd, named), LOCAL_FILE));
  let folder = resolve(io.cwd);
  for (let up = 0; up < MAX_FOLDERS_UP; up++) {
    const found = readLocalServer(join(folder, DATA_DIRECTORY, LOCAL_FILE));
    if (found !== undefined || dirname(folder) === folder) return found;
    folder = dirname(folder);
  }
  return undefined;
}

/** Only a file that its owner alone can read, so that one from a cloned repository or another user is not obeyed. */
function readLocalServer(file: string): { file: string; server: LocalServer } | undefined {
  try {
    if (process.platform !== "win32" && !isPrivate(file)) return undefined;
    const data: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isLocalServer(data) && isLoopback(data.url) ? { file, server: data } : undefined;
  } catch {
    return undefined;
  }
}

/** The local file as `serve` finds it from an earlier start. */
export const localServerAt = (file: string): LocalServer | undefined => readLocalServer(file)?.server;

function isPrivate(file: string): boolean {
  const { mode, uid } = statSync(file);
  return (mode & 0o077) === 0 && uid === process.getuid?.();
}

function isLocalServer(data: unknown): data is LocalServer {
  if (typeof data !== "object" || data === null) return false;
  return ["url", "token", "project"].every((name) => typeof Reflect.get(data, name) === "string");
}

function isLoopback(url: string): boolean {
  return /^(127(\.\d+){3}|localhost|\[::1\])$/u.test(new URL(url).hostname);
}

function sameServer(a: string, b: string): boolean {
  return URL.canParse(a) && new URL(a).origin === new URL(b).origin;
}

const filled = (text: string | undefined): string | undefined => (text === undefined || text === "" ? undefined : text);
