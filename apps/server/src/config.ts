/** The server's settings: flags over environment over defaults; the only reader of process.env in the server. */

import { readFileSync } from "node:fs";
import ipaddr from "ipaddr.js";
import { nearestWord } from "@dimmer/evaluation";
import type { LevelWithSilent } from "pino";
import type { OidcSettings } from "./people/oidc/oidc-settings.ts";

export interface ServerSettings {
  /** 0 takes a free port. */
  readonly port: number;
  /** Loopback unless somebody says otherwise: keys travel in the clear on plain HTTP. */
  readonly host: string;
  /** Holds the store and, unless one is given, the secret key. `:memory:` keeps nothing. */
  readonly dataDir: string;
  /** Seals recoverable secrets and signs the audit; drawn and kept in the data directory where none is given. */
  readonly secretKey?: string;
  /** The secret key before: what it sealed is sealed again with the present one at this start. */
  readonly secretKeyBefore?: string;
  /** First keys of an empty store: 20 to 200 visible ASCII characters each. */
  readonly initAdminToken?: string;
  readonly initServerKey?: string;
  readonly initBrowserKey?: string;
  /** Whose pages may use browser keys: origins, or `*`. */
  readonly browserOrigins: readonly string[];
  readonly logLevel: LevelWithSilent;
  /** A document that the server applies whenever it changes, and its flags' owner. */
  readonly followFile?: string;
  /** What the file is called; its path unless given. */
  readonly followName?: string;
  /** The project that follows it; the only one, or the first of the installation, unless given. */
  readonly followProject?: string;
  /** Environments that new values of the file are published to; elsewhere they wait as drafts. */
  readonly followPublish: readonly string[];
  /** Webhooks may go to addresses inside the server's own network, and over plain HTTP. */
  readonly webhookAllowPrivate: boolean;
  /** Models may be called at addresses inside the server's own network, and over plain HTTP. */
  readonly connectionAllowPrivate: boolean;
  /** Where people find this server, such as https://dimmer.example.com; the address it listens on unless given. */
  readonly publicUrl?: string;
  /** Proxies whose `X-Forwarded-For` says where a request comes from: addresses and networks; nobody's unless given. */
  readonly trustedProxies: readonly string[];
  /** Who else signs people in. */
  readonly oidc?: OidcSettings;
  /** The store was put back from a backup: every environment gets a new epoch at this start. */
  readonly restored: boolean;
}

export const DEFAULT_PORT = 4180;

/** A setting that cannot be used. The message is one line and never holds a secret. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

interface Setting {
  readonly env: string;
  readonly flag: string;
  readonly isSecret?: true;
  /** Other names the world uses for it; ours wins. */
  readonly aliases?: readonly string[];
}

const OIDC = {
  oidcIssuer: { env: "DIMMER_OIDC_ISSUER", flag: "oidc-issuer" },
  oidcClientId: { env: "DIMMER_OIDC_CLIENT_ID", flag: "oidc-client-id" },
  oidcClientSecret: { env: "DIMMER_OIDC_CLIENT_SECRET", flag: "oidc-client-secret", isSecret: true },
  oidcName: { env: "DIMMER_OIDC_NAME", flag: "oidc-name" },
  oidcDefaultRole: { env: "DIMMER_OIDC_DEFAULT_ROLE", flag: "oidc-default-role" },
  oidcAllowedDomains: { env: "DIMMER_OIDC_ALLOWED_DOMAINS", flag: "oidc-allowed-domains" },
  oidcLinkByEmail: { env: "DIMMER_OIDC_LINK_BY_EMAIL", flag: "oidc-link-by-email" },
  oidcAllowPrivate: { env: "DIMMER_OIDC_ALLOW_PRIVATE", flag: "oidc-allow-private" },
} as const satisfies Record<string, Setting>;

const SETTINGS = {
  port: { env: "DIMMER_PORT", flag: "port", aliases: ["PORT"] },
  host: { env: "DIMMER_HOST", flag: "host" },
  dataDir: { env: "DIMMER_DATA_DIR", flag: "data-dir" },
  secretKey: { env: "DIMMER_SECRET_KEY", flag: "secret-key", isSecret: true },
  secretKeyBefore: { env: "DIMMER_SECRET_KEY_BEFORE", flag: "secret-key-before", isSecret: true },
  initAdminToken: { env: "DIMMER_INIT_ADMIN_TOKEN", flag: "init-admin-token", isSecret: true },
  initServerKey: { env: "DIMMER_INIT_SERVER_KEY", flag: "init-server-key", isSecret: true },
  initBrowserKey: { env: "DIMMER_INIT_BROWSER_KEY", flag: "init-browser-key", isSecret: true },
  browserOrigins: { env: "DIMMER_BROWSER_ORIGINS", flag: "browser-origins" },
  logLevel: { env: "DIMMER_LOG_LEVEL", flag: "log-level" },
  followFile: { env: "DIMMER_FOLLOW_FILE", flag: "follow-file" },
  followName: { env: "DIMMER_FOLLOW_NAME", flag: "follow-name" },
  followProject: { env: "DIMMER_FOLLOW_PROJECT", flag: "follow-project" },
  followPublish: { env: "DIMMER_FOLLOW_PUBLISH", flag: "follow-publish" },
  webhookAllowPrivate: { env: "DIMMER_WEBHOOK_ALLOW_PRIVATE", flag: "webhook-allow-private" },
  connectionAllowPrivate: { env: "DIMMER_CONNECTION_ALLOW_PRIVATE", flag: "connection-allow-private" },
  restored: { env: "DIMMER_RESTORED", flag: "restored" },
  publicUrl: { env: "DIMMER_PUBLIC_URL", flag: "public-url" },
  trustedProxies: { env: "DIMMER_TRUSTED_PROXIES", flag: "trusted-proxies" },
  ...OIDC,
} as const satisfies Record<Exclude<keyof ServerSettings, "oidc">, Setting>;

type SettingName = keyof typeof SETTINGS;

/** What the SDKs, the command line and the tests read; no business of the server, and no mistake beside it. */
const FOREIGN = [
  "URL",
  "TOKEN",
  "KEY",
  "PROJECT",
  "ENVIRONMENT",
  "FILE",
  "OVERRIDES",
  "STREAM",
  "POLL_INTERVAL",
  "STALE_AFTER",
  "TELEMETRY",
  "TEST",
];
const FOREIGN_NAME = new RegExp(`^DIMMER_(?:${FOREIGN.join("|")})(?:_|$)`, "u");

type Named = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting of the server.
 *
 * Shape:  flags by their long name without dashes (`data-dir`), the environment as it is; every secret also as `<NAME>_FILE`.
 * Errors: throws `SettingsError` for a value that cannot be used and for an unknown `DIMMER_` name, with the one that was meant.
 */
export function readServerSettings(flags: Named = {}, env: Named = process.env): ServerSettings {
  refuseUnknown(env);
  const text = (name: SettingName) => readText(SETTINGS[name], flags, env);
  return {
    port: readPort(text("port")),
    host: text("host") ?? "127.0.0.1",
    dataDir: text("dataDir") ?? ".dimmer",
    logLevel: readLogLevel(text("logLevel")),
    followPublish: splitList(text("followPublish") ?? ""),
    ...readFollowing(text),
    restored: readSwitch(
      text("restored"),
      "DIMMER_RESTORED is 1 for the first start after a backup was put back, and otherwise not set.",
    ),
    webhookAllowPrivate: readSwitch(
      text("webhookAllowPrivate"),
      "DIMMER_WEBHOOK_ALLOW_PRIVATE is 1 where webhooks may go to private addresses, and otherwise not set.",
    ),
    connectionAllowPrivate: readSwitch(
      text("connectionAllowPrivate"),
      "DIMMER_CONNECTION_ALLOW_PRIVATE is 1 where models may be called at private addresses, and otherwise not set.",
    ),
    browserOrigins: readOrigins(text("browserOrigins")),
    ...present("publicUrl", readPublicUrl(text("publicUrl"))),
    trustedProxies: readProxies(text("trustedProxies")),
    ...readOidc(text),
    ...present("secretKey", text("secretKey")),
    ...present("secretKeyBefore", text("secretKeyBefore")),
    ...present("initAdminToken", readInitKey("DIMMER_INIT_ADMIN_TOKEN", text("initAdminToken"))),
    ...present("initServerKey", readInitKey("DIMMER_INIT_SERVER_KEY", text("initServerKey"))),
    ...present("initBrowserKey", readInitKey("DIMMER_INIT_BROWSER_KEY", text("initBrowserKey"))),
  };
}

const present = <K extends string>(name: K, value: string | undefined) =>
  // A computed name widens to string; the caller's spread needs the name it gave.
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: string };

function readText(setting: Setting, flags: Named, env: Named): string | undefined {
  const flag = filled(flags[setting.flag]);
  if (flag !== undefined) return flag;
  const direct = filled(env[setting.env]);
  const file = setting.isSecret === true ? filled(env[`${setting.env}_FILE`]) : undefined;
  if (direct !== undefined && file !== undefined) {
    throw new SettingsError(`${setting.env} and ${setting.env}_FILE are both set; unset one of them.`);
  }
  if (file !== undefined) return readSecretFile(`${setting.env}_FILE`, file);
  return direct ?? setting.aliases?.map((alias) => filled(env[alias])).find((value) => value !== undefined);
}

const filled = (value: string | undefined) => (value === undefined || value === "" ? undefined : value);

function readSecretFile(name: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new SettingsError(`${name} names a file that cannot be read: ${file}`, { cause });
  }
  // Editors and `echo` end a file with a line break that nobody meant.
  const secret = text.replace(/\r?\n$/u, "");
  if (secret === "") throw new SettingsError(`${name} names an empty file: ${file}`);
  return secret;
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535))
    throw new SettingsError(`DIMMER_PORT must be a whole number from 0 to 65535, and is ${JSON.stringify(text.slice(0, 40))}.`);
  return port;
}

const LOG_LEVELS: readonly LevelWithSilent[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

function readLogLevel(text: string | undefined): LevelWithSilent {
  const level = LOG_LEVELS.find((name) => name === (text ?? "info"));
  if (level === undefined) throw new SettingsError(`DIMMER_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.`);
  return level;
}

function readSwitch(text: string | undefined, meaning: string): boolean {
  if (text === undefined || text === "0") return false;
  if (text === "1") return true;
  throw new SettingsError(meaning);
}

const splitList = (text: string): readonly string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

type Text = (name: SettingName) => string | undefined;

/** What is said of a file that nobody named would silently do nothing. */
function readFollowing(text: Text): Pick<ServerSettings, "followFile" | "followName" | "followProject"> {
  const file = text("followFile");
  const more = (["followName", "followProject", "followPublish"] as const).find((name) => text(name) !== undefined);
  if (file === undefined && more !== undefined)
    throw new SettingsError(`${SETTINGS[more].env} is set, but DIMMER_FOLLOW_FILE names no file.`);
  const name = text("followName");
  if (name !== undefined && name.length > FOLLOW_NAME_CHARS)
    throw new SettingsError(`DIMMER_FOLLOW_NAME has at most ${FOLLOW_NAME_CHARS} characters.`);
  return {
    ...present("followFile", file),
    ...present("followName", name),
    ...present("followProject", text("followProject")),
  };
}

/** As long as the owner of a flag may be called. */
const FOLLOW_NAME_CHARS = 300;

/** As a browser writes them, so that comparing them is comparing texts. */
function readOrigins(text: string | undefined): readonly string[] {
  const origins = (text ?? "*").split(",").map((origin) => origin.trim());
  const odd = origins.find((origin) => origin !== "*" && !(URL.canParse(origin) && new URL(origin).origin === origin));
  if (odd === undefined) return origins;
  throw new SettingsError(
    `DIMMER_BROWSER_ORIGINS must be origins such as https://app.example.com, separated by commas, or *; ${JSON.stringify(odd.slice(0, 80))} is none.`,
  );
}

/** Without a path: the cookies and the addresses that are made from it belong to a whole host. */
function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/u.test(url.protocol) && [url.origin, `${url.origin}/`].includes(text)) return url.origin;
  throw new SettingsError(
    "DIMMER_PUBLIC_URL must be an http or https address without a path, such as https://dimmer.example.com.",
  );
}

function readProxies(text: string | undefined): readonly string[] {
  const proxies = splitList(text ?? "");
  const odd = proxies.find((proxy) => !ipaddr.isValid(proxy) && !ipaddr.isValidCIDR(proxy));
  if (odd === undefined) return proxies;
  throw new SettingsError(
    `DIMMER_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, separated by commas; ${JSON.stringify(odd.slice(0, 80))} is none.`,
  );
}

/** All of it or nothing: a provider that is half named would be a button that does not work. */
function readOidc(text: Text): { readonly oidc?: OidcSettings } {
  const [issuer, clientId, clientSecret] = [text("oidcIssuer"), text("oidcClientId"), text("oidcClientSecret")];
  const named = Object.entries(OIDC).filter(([name]) => text(name as keyof typeof OIDC) !== undefined);
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const [first] = named;
    if (first === undefined) return {};
    throw new SettingsError(
      `${first[1].env} is set; a provider needs DIMMER_OIDC_ISSUER, DIMMER_OIDC_CLIENT_ID and DIMMER_OIDC_CLIENT_SECRET together.`,
    );
  }
  const allowPrivate = readSwitch(text("oidcAllowPrivate"), "DIMMER_OIDC_ALLOW_PRIVATE is 1 or not set.");
  if (!URL.canParse(issuer) || !(new URL(issuer).protocol === "https:" || allowPrivate))
    throw new SettingsError("DIMMER_OIDC_ISSUER must be an https address, as the provider writes it in its own description.");
  const allowedDomains = splitList(text("oidcAllowedDomains") ?? "").map((domain) => domain.toLowerCase());
  const defaultRole = text("oidcDefaultRole");
  if (defaultRole === "owner") throw new SettingsError("DIMMER_OIDC_DEFAULT_ROLE cannot be owner: owners are made by owners.");
  if (defaultRole !== undefined && allowedDomains.length === 0)
    throw new SettingsError(
      "DIMMER_OIDC_DEFAULT_ROLE is set; say for whom in DIMMER_OIDC_ALLOWED_DOMAINS: domains, or * for everybody.",
    );
  const linkByEmail = readSwitch(text("oidcLinkByEmail"), "DIMMER_OIDC_LINK_BY_EMAIL is 1 or not set.");
  const name = text("oidcName") ?? "Single sign-on";
  return {
    oidc: {
      issuer,
      clientId,
      clientSecret,
      name,
      ...present("defaultRole", defaultRole),
      allowedDomains,
      linkByEmail,
      allowPrivate,
    },
  };
}

function readInitKey(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\x21-\x7e]{20,200}$/u.test(text)) {
    throw new SettingsError(`${name} must be 20 to 200 visible ASCII characters without spaces; the one given is not.`);
  }
  return text;
}

/** A misspelt name would otherwise be a setting that silently does nothing. */
function refuseUnknown(env: Named): void {
  const known = Object.values(SETTINGS).flatMap((setting: Setting) => [
    setting.env,
    ...(setting.isSecret === true ? [`${setting.env}_FILE`] : []),
  ]);
  for (const name of Object.keys(env)) {
    if (!name.startsWith("DIMMER_") || known.includes(name) || FOREIGN_NAME.test(name)) continue;
    const meant = nearestWord(name, known);
    throw new SettingsError(
      `${name} is no setting of the server${meant === undefined ? `; it knows ${known.join(", ")}.` : `; did you mean ${meant}?`}`,
    );
  }
}
