/** What whoever runs a server gets from it over the network: its description as a page, and its counts. */

import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { requireOrSkip } from "../tools.ts";
import { dimmerJson, startServerProcess } from "./processes.ts";

test("[api-page] /docs shows every operation in a browser, within its policy and with nothing from elsewhere", async (context) => {
  const executablePath = requireOrSkip(context, "chromium", "chromium-browser", "google-chrome");
  const server = await startServerProcess();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  try {
    const tab = await browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    tab.on("request", (request) => void asked.push(request.url()));
    tab.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    tab.on("pageerror", (error) => void complaints.push(error.message));
    await tab.goto(`${server.url}/docs`);
    await tab.locator("#operations-flags-killFlag").waitFor();
    const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const operations = Object.values(described.paths).flatMap((path) => Object.keys(path));
    expect(await tab.locator(".opblock").count()).toBe(operations.length);
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:"))).toEqual([]);
  } finally {
    await browser.close();
  }
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
