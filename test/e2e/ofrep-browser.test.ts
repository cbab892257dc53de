/** A stock OpenFeature client in a real browser, on another origin than the server. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { openManagement, type Operation } from "@dimmer/protocol";
import { build } from "esbuild";
import type { Page as Tab } from "playwright-core";
import { expect, onTestFinished, test, type TestContext } from "vitest";
import { openBrowser } from "./open-browser.ts";
import type { Page } from "./ofrep-page.ts";
import { findFreePort, type ServerProcess, startServerProcess } from "./processes.ts";

type InPage = typeof globalThis & { readonly page: Page };

const HERE = { flag: "banner", environment: "production" } as const;
const CREATE: Operation = {
  kind: "create-flag",
  flag: "banner",
  definition: {
    type: "string",
    purpose: "config",
    owner: "tests",
    permanent: true,
    audience: "browser",
    variants: { hello: { value: "Hello" }, bye: { value: "Bye" }, members: { value: "Gold", only: { plan: "pro" } } },
    environments: {
      production: {
        enabled: true,
        fallback: "bye",
        rules: [
          { id: "gold", when: { plan: "pro" }, serve: { variant: "members" } },
          { id: "english", when: { language: "en" }, serve: { variant: "hello" } },
        ],
        default: { variant: "bye" },
      },
    },
  },
};

/** A page of its own origin, so that everything the browser asks is cross-origin as it is in life. */
async function openTab(context: TestContext): Promise<Tab> {
  const browser = await openBrowser(context);
  const { outputFiles } = await build({
    entryPoints: [new URL("ofrep-page.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "browser",
  });
  const html = `<!doctype html><title>app</title><script>${outputFiles[0]?.text ?? ""}</script>`;
  const pages: Server = createServer((_request, response) => response.setHeader("Content-Type", "text/html").end(html));
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  onTestFinished(() => {
    pages.closeAllConnections();
    pages.close();
  });
  const address = pages.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${address.port}/`);
  return tab;
}

const edit = (server: ServerProcess, ...operations: Operation[]) =>
  openManagement(server).submitChange("demo", { operations, reason: "test" });
const textOf = (tab: Tab, flag: string) => tab.evaluate((key) => (globalThis as InPage).page.text(key), flag);
const hears = (tab: Tab, value: string) => tab.evaluate((text) => (globalThis as InPage).page.hears("banner", text), value);
const openPage = (
  tab: Tab,
  { url, browserKey }: ServerProcess,
  context: Readonly<Record<string, string>>,
  cacheMode: "network-first" | "local-cache-first" = "local-cache-first",
) => {
  const settings = { baseUrl: url, key: browserKey, context, cacheMode };
  return tab.evaluate((given) => (globalThis as InPage).page.open(given), settings);
};

test("[ofrep-browser] a stock web provider in Chromium sees flags, contexts, and changes as they are made", async (context) => {
  const tab = await openTab(context);
  const server = await startServerProcess();
  await edit(server, CREATE);
  expect(await openPage(tab, server, { targetingKey: "user-1", language: "en" }, "network-first")).toBe("READY");
  expect(await textOf(tab, "banner")).toMatchObject({ value: "Hello", variant: "hello", reason: "TARGETING_MATCH" });

  // The same targeting key: the client sends its old ETag along, and must get the new context's answer.
  await tab.evaluate(() => (globalThis as InPage).page.setContext({ targetingKey: "user-1", language: "fr" }));
  expect(await textOf(tab, "banner")).toMatchObject({ value: "Bye", reason: "DEFAULT" });

  await edit(server, { kind: "set-serve", ...HERE, rule: "default", serve: { variant: "hello" } });
  await hears(tab, "Hello");
  await edit(server, { kind: "kill", ...HERE });
  await hears(tab, "Bye");
  expect(await textOf(tab, "banner")).toMatchObject({ value: "Bye", reason: "DISABLED" });
  expect(await tab.evaluate(() => (globalThis as InPage).page.changes())).toEqual(["banner", "banner"]);
});

test("[ofrep-browser] a page whose server was away catches up without a reload", async (context) => {
  const tab = await openTab(context);
  const port = await findFreePort();
  const server = await startServerProcess({ port });
  await edit(server, CREATE);
  await openPage(tab, server, { targetingKey: "user-1" });
  expect(await textOf(tab, "banner")).toMatchObject({ value: "Bye" });
  await server.end("SIGKILL");
  const { token, key, browserKey, dataDir } = server;
  const again = await startServerProcess({ token, key, browserKey, dataDir, port });
  await edit(again, { kind: "set-serve", ...HERE, rule: "default", serve: { variant: "hello" } });
  await hears(tab, "Hello");
});

test("[browser-key-tells-nothing] a browser gets no server flag, and no variant that its claims would open", async (context) => {
  const tab = await openTab(context);
  const server = await startServerProcess();
  await edit(server, CREATE);
  await openPage(tab, server, { targetingKey: "user-1", plan: "pro" });
  expect(await textOf(tab, "banner")).toMatchObject({ value: "Bye", variant: "bye", reason: "DISABLED" });
  // The demo's flags are for servers.
  const summarizer = await tab.evaluate(() => (globalThis as InPage).page.object("summarizer"));
  expect(summarizer).toMatchObject({ value: {}, errorCode: "FLAG_NOT_FOUND" });
  const entries = await tab.evaluate(() => JSON.stringify(localStorage));
  expect(entries).toContain("banner");
  expect(entries).not.toMatch(/summarizer|ai-enabled|frontier-tier|Gold|ruleId|"gold"/u);
});
