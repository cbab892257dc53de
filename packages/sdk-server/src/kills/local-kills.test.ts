/** Local kills from real files, the environment and the options, through the client that an app uses. */

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { openThings } from "../../test/opened.ts";
import { staticFlag, testSnapshot } from "../../test/snapshots.ts";
import { waitUntil } from "../../test/wait-until.ts";
import type { Dimmer } from "../client.ts";

const { open, connect, startServer, later } = openThings();
afterEach(() => vi.unstubAllEnvs());

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-kills-"));
  later(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function openLog() {
  const said: string[] = [];
  // A busy machine may make the flags stale meanwhile, which is another matter.
  const say = (message: string): void =>
    void (/itself|local kill|neither|stays off/i.test(message) && said.push(message.replace("Dimmer: ", "")));
  return { said, logger: { warn: say, error: say } };
}

const textOf = (client: Dimmer): string => client.string("text", {}, "none" as string);
const isOff = (client: Dimmer): boolean => client.stringDetails("text", {}, "none").reason === "DISABLED";

test("[local-kill] a file that appears switches off, with the server gone too, and lifts when it is removed", async () => {
  const killFile = join(makeFolder(), "kill");
  const server = await startServer(testSnapshot());
  const { said, logger } = openLog();
  const client = connect(server, { killFile, logger });
  await client.ready();
  const changes: (readonly string[])[] = [];
  client.on("configuration-changed", ({ flagsChanged }) => changes.push(flagsChanged));
  const scope = client.scope({});
  expect([scope.string("text", "none"), scope.signal.aborted]).toEqual(["opus", false]);

  await server.stop();
  writeFileSync(killFile, "text # the outage\n");
  await waitUntil("the kill", () => isOff(client));
  expect([textOf(client), scope.string("text", "none"), scope.signal.aborted]).toEqual(["sonnet", "sonnet", true]);
  expect(changes).toEqual([["text"]]);

  writeFileSync(killFile, "num:one");
  await waitUntil("the edit", () => !isOff(client));
  expect([textOf(client), client.number("num", {}, -1)]).toEqual(["opus", 0]);

  rmSync(killFile);
  await waitUntil("the end of it", () => client.number("num", {}, -1) === 0.7);
  expect(said).toEqual([
    "Switched off by this app itself, whatever the server says: text.",
    "Switched off by this app itself, whatever the server says: num:one.",
    "This app switches nothing off by itself any more.",
  ]);
});

test("option, variable and file count together, from the first answer on, over overrides", () => {
  const killFile = join(makeFolder(), "kill");
  writeFileSync(killFile, "bool");
  vi.stubEnv("DIMMER_KILL", "num:one,text");
  vi.stubEnv("DIMMER_KILL_FILE", killFile);
  const { said, logger } = openLog();
  const client = open({ snapshot: testSnapshot(), kill: ["obj", "text"], overrides: { text: "one" }, logger });
  expect([textOf(client), client.number("num", {}, -1), client.boolean("bool", {}, true)]).toEqual(["sonnet", 0, false]);
  expect(client.object("obj", {}, {})).toEqual({ model: "sonnet" });
  expect(said).toEqual(["Switched off by this app itself, whatever the server says: bool, num:one, obj, text."]);
});

test("a folder that is made later, a link that is turned and a file that is renamed are followed", async () => {
  const folder = makeFolder();
  const killFile = join(folder, "etc", "kill");
  const client = open({ snapshot: testSnapshot(), killFile });
  mkdirSync(join(folder, "etc"));
  writeFileSync(join(folder, "one"), "text");
  writeFileSync(join(folder, "two"), "bool");
  symlinkSync(join(folder, "one"), killFile);
  await waitUntil("the link", () => isOff(client));
  symlinkSync(join(folder, "two"), join(folder, "etc", "next"));
  renameSync(join(folder, "etc", "next"), killFile);
  await waitUntil("the other one", () => !isOff(client) && !client.boolean("bool", {}, true));
  rmSync(join(folder, "etc"), { recursive: true });
  await waitUntil("the end of it", () => client.boolean("bool", {}, false));
});

test("a file that cannot be read keeps what it said, and says so once", async () => {
  const folder = makeFolder();
  const killFile = join(folder, "kill");
  writeFileSync(killFile, "text");
  const { said, logger } = openLog();
  const client = open({ snapshot: testSnapshot(), killFile, logger });
  writeFileSync(killFile, "#".repeat(70_000));
  await waitUntil("the complaint", () => said.length === 2);
  expect(said[1]).toMatch(/could not be read; what it last switched off stays off\. .* is longer than 65536 bytes/);
  rmSync(killFile);
  mkdirSync(killFile);
  await waitUntil("the other complaint", () => said.some((line) => line.includes("is not a file")));
  expect([isOff(client), new Set(said).size]).toEqual([true, said.length]);
  rmSync(killFile, { recursive: true });
  await waitUntil("the end of it", () => !isOff(client));
});

test("what is no kill, or names what is not there, is said once, and the rest counts", async () => {
  const server = await startServer(testSnapshot());
  const { said, logger } = openLog();
  const client = connect(server, { kill: ["texd", "Text", "text:onne", "bool"], logger });
  await client.ready();
  expect([client.boolean("bool", {}, true), textOf(client)]).toEqual([false, "opus"]);
  server.publish({ flags: { num: staticFlag("number", "two", 2) } });
  await waitUntil("the edit", () => client.number("num", {}, -1) === 0);
  expect(said).toEqual([
    'The option kill: "Text" is neither flag nor flag:variant. The rest of it counts.',
    "Switched off by this app itself, whatever the server says: bool, texd, text:onne.",
    expect.stringMatching(/^A local kill switches nothing off\. There is no flag "texd": .*text/u),
    expect.stringMatching(/^A local kill switches nothing off\. There is no variant "onne" of text: .*one/u),
  ]);
});

test("nothing is followed after `close`", async () => {
  const killFile = join(makeFolder(), "kill");
  const client = open({ snapshot: testSnapshot(), killFile });
  await client.close();
  writeFileSync(killFile, "text");
  await new Promise((resolve) => void setTimeout(resolve, 100));
  expect(textOf(client)).toBe("opus");
});

test("a server is told with every request", async () => {
  const server = await startServer(testSnapshot());
  const told: unknown[] = [];
  server.interfere(({ headers }) => {
    told.push(headers["dimmer-local-kills"]);
    return false;
  });
  const client = connect(server, { kill: ["text:one", "bool"] });
  await client.ready();
  await waitUntil("the stream", () => server.openStreams === 1);
  expect(new Set(told)).toEqual(new Set(["bool,text%3Aone"]));
});
