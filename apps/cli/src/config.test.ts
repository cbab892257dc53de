/** Settings: who wins, and which token goes where. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_URL, readSettings, type SettingOptions } from "./config.ts";
import type { Io } from "./io.ts";

const LOCAL = { url: "http://127.0.0.1:9", token: "local-token", project: "demo" };
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "dimmer-config-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const settingsOf = (env: Io["env"] = {}, options: SettingOptions = {}, cwd = folder) => readSettings({ env, cwd }, options);

function writeLocal(data: unknown = LOCAL, mode = 0o600, directory = ".dimmer"): void {
  mkdirSync(join(folder, directory), { recursive: true });
  writeFileSync(join(folder, directory, "local.json"), typeof data === "string" ? data : JSON.stringify(data), { mode });
  chmodSync(join(folder, directory, "local.json"), mode);
}

describe("settings", () => {
  test("defaults", () => expect(settingsOf()).toMatchObject({ url: DEFAULT_URL, token: undefined, urlFrom: "the default" }));
  test("the environment", () =>
    expect(
      settingsOf({ DIMMER_URL: "http://a", DIMMER_TOKEN: "t", DIMMER_PROJECT: "p", DIMMER_ENVIRONMENT: "e", DIMMER_KEY: "k" }),
    ).toMatchObject({
      url: "http://a",
      token: "t",
      project: "p",
      environment: "e",
      key: "k",
    }));
  test("options win", () =>
    expect(
      settingsOf(
        { DIMMER_URL: "http://a", DIMMER_PROJECT: "p", DIMMER_ENVIRONMENT: "e", DIMMER_KEY: "k" },
        { url: "http://b", project: "q", environment: "f", key: "l" },
      ),
    ).toMatchObject({ url: "http://b", project: "q", environment: "f", key: "l" }));
  test("empty is unset", () =>
    expect(settingsOf({ DIMMER_URL: "", DIMMER_TOKEN: "" })).toMatchObject({ url: DEFAULT_URL, token: undefined }));
  test("a token from a file, without its line break", () => {
    writeFileSync(join(folder, "token"), "secret\n");
    expect(settingsOf({ DIMMER_TOKEN_FILE: "token" }).token).toBe("secret");
  });
  test("a token file that is not there is said", () =>
    expect(() => settingsOf({ DIMMER_TOKEN_FILE: "nowhere" })).toThrow("nowhere"));
  test("both forms at once are a mistake", () =>
    expect(() => settingsOf({ DIMMER_TOKEN: "a", DIMMER_TOKEN_FILE: "b" })).toThrow("Both"));
});

describe("the local server's file", () => {
  const check = (env: Io["env"], expected: object, options: SettingOptions = {}) =>
    expect(settingsOf(env, options)).toMatchObject(expected);
  const ignored = { url: DEFAULT_URL, token: undefined, project: undefined };

  test("names address, token and project", () => {
    writeLocal();
    check({}, { ...LOCAL, urlFrom: join(folder, ".dimmer", "local.json") });
  });
  test("is found from a folder below", () => {
    writeLocal();
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    expect(settingsOf({}, {}, join(folder, "a", "b"))).toMatchObject(LOCAL);
  });
  test("is looked for in DIMMER_DATA_DIR, and there alone", () => {
    writeLocal(LOCAL, 0o600, "elsewhere");
    check({ DIMMER_DATA_DIR: "elsewhere" }, LOCAL);
    writeLocal();
    check({ DIMMER_DATA_DIR: "nowhere" }, ignored);
  });
  test("its token goes to no other server", () => {
    writeLocal();
    check({ DIMMER_URL: "http://127.0.0.1:10" }, { url: "http://127.0.0.1:10", token: undefined });
    check({}, { token: undefined }, { url: "http://other.example" });
  });
  test("its token goes to its own server, named otherwise", () => {
    writeLocal();
    check({ DIMMER_URL: "http://127.0.0.1:9/" }, { url: "http://127.0.0.1:9/", token: "local-token" });
  });
  test("a token of the environment does not go to its address", () => {
    writeLocal();
    check({ DIMMER_TOKEN: "mine" }, { url: DEFAULT_URL, token: "mine" });
  });
  test.each([
    ["readable by others", LOCAL, 0o644],
    ["not JSON", "{", 0o600],
    ["incomplete", { url: LOCAL.url }, 0o600],
    ["about another machine", { ...LOCAL, url: "http://evil.example" }, 0o600],
    ["without an address", { ...LOCAL, url: "nowhere" }, 0o600],
  ])("is ignored where it is %s", (_, data, mode) => {
    writeLocal(data, mode);
    check({}, ignored);
  });
});
