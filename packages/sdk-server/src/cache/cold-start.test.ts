/** A client that starts without its server, over a real folder and real sockets; and processes that end in every way. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SERVER_KEY } from "../../test/delivery-server.ts";
import { openThings } from "../../test/opened.ts";
import { runScript } from "../../test/run-script.ts";
import { staticFlag, testSnapshot } from "../../test/snapshots.ts";
import { waitUntil } from "../../test/wait-until.ts";

const { open, connect, startServer, later } = openThings();

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-cold-"));
  later(async () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "cache");
}

test("[cold-start] the flags of an earlier process answer while the server is gone, then the server's do", async () => {
  const cacheDir = makeFolder();
  const server = await startServer(testSnapshot());
  const first = connect(server, { cacheDir });
  await first.ready();
  server.publish({ flags: { text: staticFlag("string", "two", 2) } });
  await waitUntil("the change", () => first.string("text", {}, "none" as string) === "sonnet");
  await first.close();
  await server.stop();

  const second = connect(server, { cacheDir });
  expect(second.string("text", {}, "none")).toBe("sonnet");
  const { isReady, source } = await second.ready();
  expect([isReady, source.kind]).toEqual([true, "cache"]);
  expect(source.confirmedAt).toBeGreaterThan(1_700_000_000_000);
  await waitUntil("stale", () => second.status === "STALE");

  await server.restart();
  await waitUntil("the server", () => second.source.kind === "server");
  expect(second.staleForMs).toBe(0);
  expect(second.snapshotVersion?.version).toBe(2);
});

test("a spoiled cache costs the cache and nothing else", async () => {
  const cacheDir = makeFolder();
  const server = await startServer(testSnapshot());
  const first = connect(server, { cacheDir });
  await first.ready();
  await first.close();
  writeFileSync(join(cacheDir, readdirSync(cacheDir)[0] as string), "dimmer-cache/1 sha256=");
  const second = connect(server, { cacheDir, snapshot: testSnapshot({ epoch: "baked-in" }) });
  expect(second.source).toMatchObject({ kind: "bootstrap", cacheRefused: expect.stringContaining("does not begin") as string });
  await waitUntil("the server", () => second.source.kind === "server");
});

test("without the option nothing is kept, and a flag file needs no cache", async () => {
  const cacheDir = makeFolder();
  const file = `${cacheDir}.json`;
  writeFileSync(file, JSON.stringify({ version: 1, flags: {} }));
  const client = open({ file, cacheDir });
  await client.ready();
  expect(client.source.kind).toBe("file");
  await client.close();
  expect(() => readdirSync(cacheDir)).toThrow(/ENOENT/);
});

const OPEN = `const client = openDimmer();
  await client.ready();
  await new Promise((resolve) => setTimeout(resolve, 100));`;

test.each<[string, string, "SIGTERM" | "SIGKILL" | undefined, boolean]>([
  ["by itself", "", undefined, true],
  ["by process.exit", "process.exit(0);", undefined, true],
  ["by an exception", "throw new Error('the app is broken');", undefined, true],
  ["by close", "await client.close();", undefined, true],
  [
    "by SIGTERM that the app handles",
    "process.on('SIGTERM', () => process.exit(0)); console.log('runs'); setInterval(() => {}, 1e6);",
    "SIGTERM",
    true,
  ],
  ["by SIGTERM that nobody handles", "console.log('runs'); setInterval(() => {}, 1e6);", "SIGTERM", false],
  ["by SIGKILL", "console.log('runs'); setInterval(() => {}, 1e6);", "SIGKILL", false],
])("F33: a process that ends %s leaves a cache that is whole or none", async (_name, ending, signal, isKept) => {
  const cacheDir = makeFolder();
  const server = await startServer(testSnapshot());
  const variables = { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY, DIMMER_CACHE_DIR: cacheDir };
  const script = runScript(`${OPEN} ${ending}`, variables, later);
  if (signal !== undefined) {
    await waitUntil("the script", () => script.printed().includes("runs"), 20_000);
    script.kill(signal);
  }
  await script.end;
  await server.stop();
  const next = connect(server, { cacheDir });
  expect(next.source.kind).toBe(isKept ? "cache" : "none");
  expect(next.source.cacheRefused).toBeUndefined();
});
