/** What whoever runs a server gets from it over the network: its description as a page, and its counts. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openBrowser } from "./open-browser.ts";
import { dimmerJson, startServerProcess } from "./processes.ts";

interface Described {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly tags: readonly string[]; readonly operationId: string }>>>
  >;
}

/** The ids of all operations, read from top to bottom, as only those in sight are in the page. */
async function readDown(tab: Page): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let isMore = true; isMore;) {
    const seen = await tab.locator(".opblock").evaluateAll((blocks) => blocks.map(({ id }) => id));
    for (const id of seen) ids.add(id);
    isMore = await tab.evaluate(() => {
      const before = window.scrollY;
      window.scrollBy(0, window.innerHeight / 2);
      return window.scrollY > before;
    });
    await tab.waitForTimeout(60);
  }
  return ids;
}

test("[api-page] /docs shows every operation in a browser, within its policy and with nothing from elsewhere", async (context) => {
  const browser = await openBrowser(context);
  const server = await startServerProcess();
  const tab = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  tab.on("request", (request) => void asked.push(request.url()));
  tab.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  tab.on("pageerror", (error) => void complaints.push(error.message));
  await tab.goto(`${server.url}/docs`);
  await tab.locator(".opblock").first().waitFor();
  const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as Described;
  const operations = Object.values(described.paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ tags: [tag], operationId }) => `operations-${tag}-${operationId}`);
  expect(await readDown(tab)).toEqual(new Set(ids));
  expect(complaints).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:"))).toEqual([]);
});

test("[metrics] /metrics counts what happens, for an admin token of the whole installation alone", async () => {
  const server = await startServerProcess();
  const scrape = (key: string) => fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const countChanges = async () => {
    const answer = await scrape(server.token);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return Number(/^dimmer_changes_total\{project="demo"\} (?<count>\d+)$/mu.exec(await answer.text())?.groups?.["count"]);
  };
  const before = await countChanges();
  await dimmerJson(["ramp", "summarizer", "25", "--yes"], server);
  expect(await countChanges()).toBe(before + 1);
  expect((await scrape(server.key)).status).toBe(403);
});
