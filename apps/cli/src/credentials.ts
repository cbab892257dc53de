/** Where `dimmer login` keeps who one is at which server: one private file in the user's own configuration. */

import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** Who one is at one server. */
export interface Credential {
  readonly token: string;
  /** Of the token at the server, to revoke it by. */
  readonly tokenId: string;
  readonly person: string;
}

export interface Credentials {
  /** The server that was signed in at last. */
  readonly current: string | undefined;
  /** By address, as `serverName` writes it. */
  readonly servers: Readonly<Record<string, Credential>>;
}

const NONE: Credentials = { current: undefined, servers: {} };

/** Shape: undefined where the environment names no home. */
export function credentialsFile({ env }: Pick<Io, "env">): string | undefined {
  const home = [env["HOME"], env["USERPROFILE"]].find((folder) => folder !== undefined && folder !== "");
  const named = [env["XDG_CONFIG_HOME"], env["APPDATA"]].find((folder) => folder !== undefined && folder !== "");
  const folder = named ?? (home === undefined ? undefined : join(home, ".config"));
  return folder === undefined ? undefined : join(folder, "dimmer", "credentials.json");
}

/** One that others may read is not obeyed: its tokens are known to them, or are theirs. */
export function readCredentials(io: Pick<Io, "env">): Credentials {
  const file = credentialsFile(io);
  if (file === undefined) return NONE;
  try {
    const { mode, uid } = statSync(file);
    if (process.platform !== "win32" && ((mode & 0o077) !== 0 || uid !== process.getuid?.())) return NONE;
    return checkCredentials(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return NONE;
  }
}

/** What one may do with a server is kept under its address, without a slash at the end. */
export function serverName(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/u, "");
}

export function saveCredential(io: Pick<Io, "env">, url: string, credential: Credential): string {
  const { servers } = readCredentials(io);
  const name = serverName(url);
  return write(io, { current: name, servers: { ...servers, [name]: credential } });
}

export function forgetCredential(io: Pick<Io, "env">, url: string): void {
  const { current, servers } = readCredentials(io);
  const { [serverName(url)]: _, ...others } = servers;
  write(io, { current: current === serverName(url) ? undefined : current, servers: others });
}

/** Written aside and renamed, so that nobody reads half of it; private before a token is in it. */
function write(io: Pick<Io, "env">, credentials: Credentials): string {
  const file = credentialsFile(io);
  if (file === undefined)
    throw new Failure(EXIT.usage, "There is no home folder to keep credentials in.", {
      mend: "Set HOME or XDG_CONFIG_HOME, or use DIMMER_TOKEN.",
    });
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, "", { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    writeFileSync(`${file}.new`, `${JSON.stringify(credentials, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new Failure(EXIT.failed, `${file} cannot be written.`, { cause });
  }
  return file;
}

function checkCredentials(data: unknown): Credentials {
  if (typeof data !== "object" || data === null) return NONE;
  const { current, servers } = data as { current?: unknown; servers?: unknown };
  const entries = Object.entries(Object(servers)).filter((entry): entry is [string, Credential] => isCredential(entry[1]));
  return {
    current: typeof current === "string" && URL.canParse(current) ? current : undefined,
    servers: Object.fromEntries(entries),
  };
}

function isCredential(data: unknown): data is Credential {
  if (typeof data !== "object" || data === null) return false;
  return ["token", "tokenId", "person"].every((name) => typeof Reflect.get(data, name) === "string");
}
