/** Overrides from a real file, the environment and the options, through the client that an app uses. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { openThings } from "../../test/opened.ts";
import { staticFlag, testSnapshot } from "../../test/snapshots.ts";
import { waitUntil } from "../../test/wait-until.ts";
import type { Dimmer } from "../client.ts";
import { overridesPath } from "./local-overrides.ts";

const { open, connect, startServer, later } = openThings();
afterEach(() => vi.unstubAllEnvs());

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-overrides-"));
  later(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function openLog() {
  const said: string[] = [];
  // A busy machine may make the flags stale meanwhile, which is another matter.
  const say = (message: string): void => void (/override/i.test(message) && said.push(message.replace("Dimmer: ", "")));
  return { said, logger: { warn: say, error: say } };
}

const textOf = (client: Dimmer): string => client.string("text", {}, "none" as string);
const DOCUMENT = {
  version: 1,
  flags: {
    text: {
      type: "string",
      purpose: "config",
      owner: "team",
      permanent: true,
      variants: { one: { value: "opus" }, two: { value: "sonnet" } },
      environments: { production: { enabled: true, fallback: "two", default: { variant: "one" } } },
    },
  },
};

test("[local-overrides] a file beside the flag file forces variants, is followed, and is never unsaid", async () => {
  const folder = makeFolder();
  const file = join(folder, "dimmer.json");
  const local = join(folder, "dimmer.local.yaml");
  writeFileSync(file, JSON.stringify(DOCUMENT));
  writeFileSync(local, "text: two\n");
  const { said, logger } = openLog();
  const client = open({ file, logger });
  await client.ready();
  expect(client.stringDetails("text", {}, "none")).toMatchObject({
    value: "sonnet",
    reason: "STATIC",
    flagMetadata: { overridden: true },
  });
  expect(said).toEqual(["1 override is in force: text=two (dimmer.local.yaml)."]);

  const changes: (readonly string[])[] = [];
  client.on("configuration-changed", ({ flagsChanged }) => changes.push(flagsChanged));
  writeFileSync(local, "text: one\n");
  await waitUntil("the edit", () => textOf(client) === "opus");
  expect(changes).toEqual([["text"]]);

  writeFileSync(local, "text: [broken");
  await waitUntil("the complaint", () => said.some((line) => line.includes("were not taken")));
  expect(client.stringDetails("text", {}, "none").flagMetadata.overridden).toBe(true);

  rmSync(local);
  await waitUntil("the end of it", () => client.stringDetails("text", {}, "none").flagMetadata.overridden === undefined);
  expect(said.at(-1)).toBe("No overrides are in force any more.");
});

test("an option wins over the environment, and that over the file, flag by flag", async () => {
  const overridesFile = join(makeFolder(), "mine.json");
  writeFileSync(overridesFile, JSON.stringify({ text: "one", num: "two", bool: "two" }));
  vi.stubEnv("DIMMER_OVERRIDES", "text=one,num=one");
  const server = await startServer(testSnapshot());
  const { said, logger } = openLog();
  const client = connect(server, { overridesFile, overrides: { text: "two" }, logger });
  await client.ready();
  expect([textOf(client), client.number("num", {}, -1), client.boolean("bool", {}, true)]).toEqual(["sonnet", 0.7, false]);
  expect(said).toEqual(["3 overrides are in force: text=two (option), num=one (DIMMER_OVERRIDES), bool=two (mine.json)."]);
});

test("a kill and a stop win over an override", async () => {
  const server = await startServer(testSnapshot());
  const client = connect(server, { overrides: { text: "one", num: "one" } });
  await client.ready();
  server.publish({
    flags: {
      text: { ...staticFlag("string", "one", 2), enabled: false },
      num: { ...staticFlag("number", "one", 2), stopped: ["one"] },
    },
  });
  await waitUntil("the kill", () => textOf(client) === "sonnet");
  expect(client.number("num", {}, -1)).toBe(0);
});

test("flags and variants that do not exist are said by name, once, and change nothing", async () => {
  const { said, logger } = openLog();
  const client = open({ snapshot: testSnapshot(), overrides: { texd: "one", bool: "onne" }, logger });
  await client.ready();
  expect(client.boolean("bool", {}, false)).toBe(true);
  expect(said).toEqual([
    "2 overrides are in force: texd=one (option), bool=onne (option).",
    expect.stringMatching(/^An override is not in force\. There is no flag "texd": .*text/u),
    expect.stringMatching(/^An override is not in force\. There is no variant "onne" of bool: .*one/u),
  ]);
});

test("a snapshot alone reads the file once, before it is ready", async () => {
  const overridesFile = join(makeFolder(), "mine.json");
  writeFileSync(overridesFile, '{"text":"two"}');
  const client = open({ snapshot: testSnapshot(), overridesFile });
  await client.ready();
  expect(textOf(client)).toBe("sonnet");
  expect(client.source.kind).toBe("bootstrap");
});

test("which file: the named one, else the one beside the flags, never in production unasked", () => {
  const folder = makeFolder();
  const local = join(folder, "dimmer.local.yaml");
  const flags = join(folder, "dimmer.yaml");
  expect(overridesPath(undefined, flags, false)).toBeUndefined();
  writeFileSync(local, "");
  expect(overridesPath(undefined, flags, false)).toBe(local);
  expect(overridesPath(undefined, flags, true)).toBeUndefined();
  expect(overridesPath(local, undefined, true)).toBe(local);
  expect(overridesPath(false, flags, false)).toBeUndefined();
});
