/** Settings from the environment, and which options fit together. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testSnapshot } from "../test/snapshots.ts";
import { silent } from "../test/opened.ts";
import { readConfig } from "./config.ts";
import { openDimmer } from "./open-dimmer.ts";
import { originOf, type DimmerOptions } from "./options.ts";

test("every variable", () => {
  const variables = {
    DIMMER_URL: "https://flags.example",
    DIMMER_KEY: "k",
    DIMMER_FILE: "dimmer.yaml",
    DIMMER_ENVIRONMENT: "production",
    DIMMER_STREAM: "false",
    DIMMER_POLL_INTERVAL_MS: "5000",
    DIMMER_STALE_AFTER_MS: "0",
    DIMMER_CACHE_DIR: "/var/cache/dimmer",
    DIMMER_OVERRIDES_FILE: "mine.yaml",
    DIMMER_KILL_FILE: "/etc/dimmer/kill",
    DIMMER_TELEMETRY: "false",
  };
  expect(readConfig(variables)).toEqual({
    url: "https://flags.example",
    key: "k",
    file: "dimmer.yaml",
    environment: "production",
    stream: false,
    pollIntervalMs: 5_000,
    staleAfterMs: 0,
    cacheDir: "/var/cache/dimmer",
    overridesFile: "mine.yaml",
    killFile: "/etc/dimmer/kill",
    telemetry: false,
  });
});

test("absent and empty variables give nothing", () => expect(readConfig({ DIMMER_URL: "", DIMMER_STREAM: "" })).toEqual({}));

test("the key from a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-config-"));
  try {
    writeFileSync(join(folder, "key"), "from-file\n");
    expect(readConfig({ DIMMER_KEY_FILE: join(folder, "key") })).toEqual({ key: "from-file" });
    expect(readConfig({ DIMMER_KEY_FILE: join(folder, "key"), DIMMER_KEY: "direct" })).toEqual({ key: "direct" });
    expect(() => readConfig({ DIMMER_KEY_FILE: join(folder, "gone") })).toThrow(
      /^DIMMER_KEY_FILE names a file that cannot be read/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["DIMMER_STREAM", "maybe"],
  ["DIMMER_TELEMETRY", "perhaps"],
  ["DIMMER_POLL_INTERVAL_MS", "5s"],
  ["DIMMER_STALE_AFTER_MS", "-1"],
])("%s=%s is refused by name", (name, value) =>
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must be`)),
);

const url = "https://flags.example";
test.each<[string, DimmerOptions, RegExp]>([
  ["nothing", {}, /needs a url and a key, a file, or a snapshot/],
  ["a url without a key", { url }, /a url but no key/],
  ["a url and a file", { url, key: "k", file: "f" }, /both a url and a file/],
  ["no url", { url: "flags.example", key: "k" }, /must begin with http/],
  ["another scheme", { url: "file:///etc", key: "k" }, /must begin with http/],
  ["a password in the url", { url: "https://a:b@flags.example", key: "k" }, /must not hold a password/],
  ["a key with a line break", { url, key: "k\nx: y" }, /copied whole/],
])("%s is refused", (_name, options, message) => expect(() => originOf(options)).toThrow(message));

test.each<[string, DimmerOptions, string]>([
  ["too short an interval", { pollIntervalMs: 10 }, "pollIntervalMs must be at least 1000 milliseconds, not 10."],
  [
    "an interval that is no number",
    { pollIntervalMs: Number.NaN },
    "pollIntervalMs must be at least 1000 milliseconds, not NaN.",
  ],
  ["an interval as text", { pollIntervalMs: "5000" as never }, 'pollIntervalMs must be milliseconds as a number, not "5000".'],
  ["a grace in the past", { staleAfterMs: -1 }, "staleAfterMs must be at least 0 milliseconds, not -1."],
  ["a grace that is no number", { staleAfterMs: Number.NaN }, "staleAfterMs must be at least 0 milliseconds, not NaN."],
  ["a grace as text", { staleAfterMs: "5s" as never }, 'staleAfterMs must be milliseconds as a number, not "5s".'],
  ["a grace as null", { staleAfterMs: null as never }, "staleAfterMs must be milliseconds as a number, not null."],
])("%s is refused, wherever flags come from", (_name, options, message) => {
  for (const origin of [{ url, key: "k" }, { file: "/nowhere/dimmer.json" }, { snapshot: testSnapshot() }])
    expect(() => openDimmer({ ...origin, ...options, logger: silent })).toThrow(new TypeError(message));
});

test("times without end are taken: never stale, never fetched again", async () => {
  const client = openDimmer({ snapshot: testSnapshot(), staleAfterMs: Infinity, pollIntervalMs: Infinity });
  expect(client.status).toBe("READY");
  await client.close();
});

test("where flags come from", () => {
  expect(originOf({ url: `${url}/dimmer/?x=1#y`, key: "k" })).toEqual({ kind: "server", url: `${url}/dimmer/`, key: "k" });
  expect(originOf({ file: "f", snapshot: testSnapshot() })).toEqual({ kind: "file", file: "f" });
  expect(originOf({ snapshot: testSnapshot() })).toEqual({ kind: "snapshot" });
});

test("a source named in code wins over another kind in the environment", async () => {
  process.env["DIMMER_URL"] = "http://127.0.0.1:1";
  process.env["DIMMER_KEY"] = "k";
  try {
    const client = openDimmer({ file: "/nowhere/dimmer.json", logger: silent });
    const { failure } = await client.ready({ timeoutMs: 200 });
    expect(failure).toMatchObject({ code: "file" });
    await client.close();
  } finally {
    delete process.env["DIMMER_URL"];
    delete process.env["DIMMER_KEY"];
  }
});

test.each<[string, DimmerOptions, object | undefined]>([
  ["a server is told of evaluations", { url, key: "k" }, { evaluations: 1, stored: 0, dropped: 0, inFlight: 1 }],
  ["unless that is switched off", { url, key: "k", telemetry: false }, undefined],
  ["a snapshot alone has nobody to tell", { snapshot: testSnapshot() }, undefined],
])("%s", async (_name, options, counts) => {
  // A server that does not answer, so that nothing leaves the machine.
  const fetch = (_url: string, { signal }: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted")), { once: true }));
  const dimmer = openDimmer({ ...options, logger: silent, ports: { fetch, setTimer: () => () => {} } });
  dimmer.boolean("absent", {}, false);
  expect(dimmer.telemetry).toEqual(counts);
});
