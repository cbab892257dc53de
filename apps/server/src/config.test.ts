/** Settings: where they come from, and what is refused in one line without a secret. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readServerSettings, SettingsError } from "./config.ts";

type Named = Readonly<Record<string, string>>;
const secret = "a-secret-of-enough-length";
const directory = mkdtempSync(join(tmpdir(), "dimmer-config-"));
const file = (name: string, content: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};
const keyFile = file("key", `${secret}\n`);
const emptyFile = file("empty", "\n");

const OIDC = { DIMMER_OIDC_ISSUER: "https://id.example.com", DIMMER_OIDC_CLIENT_ID: "dimmer", DIMMER_OIDC_CLIENT_SECRET: secret };

describe("settings: flags over environment over default", () => {
  test.each<[string, Named, Named, object]>([
    ["defaults", {}, {}, { port: 4180, host: "127.0.0.1", dataDir: ".dimmer", logLevel: "info", browserOrigins: ["*"] }],
    [
      "origins",
      {},
      { DIMMER_BROWSER_ORIGINS: "https://a.example, http://localhost:5173" },
      { browserOrigins: ["https://a.example", "http://localhost:5173"] },
    ],
    [
      "environment",
      {},
      { DIMMER_PORT: "0", DIMMER_HOST: "0.0.0.0", DIMMER_DATA_DIR: "/data" },
      { port: 0, host: "0.0.0.0", dataDir: "/data" },
    ],
    [
      "flag over environment",
      { port: "8081", "data-dir": "/x" },
      { DIMMER_PORT: "8080", DIMMER_DATA_DIR: "/y" },
      { port: 8081, dataDir: "/x" },
    ],
    ["no backup, unless somebody says so", {}, { DIMMER_RESTORED: "0" }, { restored: false }],
    ["a backup that was put back", {}, { DIMMER_RESTORED: "1" }, { restored: true }],
    ["the same as a flag", { restored: "1" }, {}, { restored: true }],
    ["PORT, as hosts set it", {}, { PORT: "3000" }, { port: 3000 }],
    ["ours over PORT", {}, { PORT: "3000", DIMMER_PORT: "3001" }, { port: 3001 }],
    ["empty is not set", {}, { DIMMER_PORT: "", DIMMER_SECRET_KEY: "" }, { port: 4180 }],
    ["a secret", {}, { DIMMER_INIT_SERVER_KEY: secret }, { initServerKey: secret }],
    ["a secret from a file, without its line break", {}, { DIMMER_INIT_ADMIN_TOKEN_FILE: keyFile }, { initAdminToken: secret }],
    [
      "names of clients are no mistake",
      {},
      { DIMMER_URL: "x", DIMMER_TOKEN_FILE: "x", DIMMER_POLL_INTERVAL_MS: "1", DIMMER_STALE_AFTER_MS: "1" },
      { port: 4180 },
    ],
    [
      "a file to follow, and where its values go",
      { "follow-file": "f.yaml" },
      { DIMMER_FOLLOW_PUBLISH: "staging, production", DIMMER_FOLLOW_PROJECT: "shop", DIMMER_FOLLOW_NAME: "flags" },
      { followFile: "f.yaml", followPublish: ["staging", "production"], followProject: "shop", followName: "flags" },
    ],
    [
      "where people find it, and whom it believes",
      {},
      { DIMMER_PUBLIC_URL: "https://dimmer.example.com/", DIMMER_TRUSTED_PROXIES: "10.0.0.0/8, ::1" },
      { publicUrl: "https://dimmer.example.com", trustedProxies: ["10.0.0.0/8", "::1"] },
    ],
    [
      "a provider",
      {},
      { ...OIDC, DIMMER_OIDC_DEFAULT_ROLE: "viewer", DIMMER_OIDC_ALLOWED_DOMAINS: "Example.com" },
      {
        oidc: {
          issuer: "https://id.example.com",
          clientId: "dimmer",
          clientSecret: secret,
          name: "Single sign-on",
          defaultRole: "viewer",
          allowedDomains: ["example.com"],
          linkByEmail: false,
          allowPrivate: false,
        },
      },
    ],
    ["other programs' names are none of ours", {}, { DIMMERX: "1", PATH: "/bin" }, { port: 4180 }],
  ])("%s", (_name, flags, env, expected) => expect(readServerSettings(flags, env)).toMatchObject(expected));

  test.each<[string, Named, RegExp]>([
    ["a port that is none", { DIMMER_PORT: "eighty" }, /DIMMER_PORT must be a whole number from 0 to 65535/],
    ["a port beyond the last", { DIMMER_PORT: "65536" }, /DIMMER_PORT/],
    ["a restored that is no yes", { DIMMER_RESTORED: "yesterday" }, /DIMMER_RESTORED is 1 for the first start/],
    ["a log level that is none", { DIMMER_LOG_LEVEL: "loud" }, /must be one of trace, debug, info/],
    ["what is said of a file that is not named", { DIMMER_FOLLOW_PROJECT: "shop" }, /DIMMER_FOLLOW_FILE names no file/],
    ["a name that is too long", { DIMMER_FOLLOW_FILE: "f", DIMMER_FOLLOW_NAME: "x".repeat(301) }, /at most 300/],
    ["a misspelt name", { DIMMER_DATADIR: "/x" }, /did you mean DIMMER_DATA_DIR\?$/],
    ["a misspelt secret", { DIMMER_INIT_ADMIN_TOKN: secret }, /did you mean DIMMER_INIT_ADMIN_TOKEN\?$/],
    ["nothing like any name", { DIMMER_XYZZY: "1" }, /it knows DIMMER_PORT, DIMMER_HOST/],
    ["no file for what is no secret", { DIMMER_PORT_FILE: keyFile }, /is no setting of the server/],
    ["both the secret and its file", { DIMMER_SECRET_KEY: secret, DIMMER_SECRET_KEY_FILE: keyFile }, /both set/],
    ["a file that is not there", { DIMMER_SECRET_KEY_FILE: join(directory, "absent") }, /cannot be read/],
    ["an empty file", { DIMMER_SECRET_KEY_FILE: emptyFile }, /empty file/],
    ...["app.example.com", "https://app.example.com/", "https://App.example.com", "", " ,"].map(
      (origins): [string, Readonly<Record<string, string>>, RegExp] => [
        `the origin ${JSON.stringify(origins)}`,
        { DIMMER_BROWSER_ORIGINS: `https://a.example,${origins}` },
        /DIMMER_BROWSER_ORIGINS must be origins/,
      ],
    ),
    ...["dimmer.example.com", "ftp://a.example", "https://a.example/dimmer", "https://u:p@a.example"].map(
      (url): [string, Readonly<Record<string, string>>, RegExp] => [
        `the public address ${url}`,
        { DIMMER_PUBLIC_URL: url },
        /DIMMER_PUBLIC_URL must be an http or https address without a path/,
      ],
    ),
    ["a proxy that is none", { DIMMER_TRUSTED_PROXIES: "10.0.0.1, proxy" }, /"proxy" is none/],
    ["half a provider", { DIMMER_OIDC_NAME: "Company" }, /DIMMER_OIDC_NAME is set; a provider needs/],
    ["a provider without TLS", { ...OIDC, DIMMER_OIDC_ISSUER: "http://id.example.com" }, /must be an https address/],
    ["owners by default", { ...OIDC, DIMMER_OIDC_DEFAULT_ROLE: "owner" }, /owners are made by owners/],
    ["a default for nobody", { ...OIDC, DIMMER_OIDC_DEFAULT_ROLE: "viewer" }, /DIMMER_OIDC_ALLOWED_DOMAINS/],
    ["a key that is too short", { DIMMER_INIT_BROWSER_KEY: "short-canary" }, /20 to 200 visible ASCII/],
    ["a key with a space", { DIMMER_INIT_BROWSER_KEY: "a key with spaces, canary" }, /20 to 200 visible ASCII/],
  ])("refuses %s", (_name, env, message) => {
    const read = () => readServerSettings({}, env);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/\n|canary|a-secret-of/u) }));
  });
});
