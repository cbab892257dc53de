/** A rollout in the dashboard: planned and started by a person, seen where it matters, and ended by one press. */

import { openManagement } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { openWindow, setUp } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";

test("[dashboard-rollout] a rollout is started from a split, seen as a picture, and one press puts the shares back", async (context) => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token });
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);
  const opus = async () => {
    const { environments } = await management.getFlag(PROJECT, "summarizer");
    return JSON.stringify(environments["production"]?.config.default);
  };
  const before = await opus();

  await page.goto(`/projects/${PROJECT}/flags/summarizer`);
  await page.getByRole("link", { name: "Roll it out step by step" }).click();
  await page.getByText("Nothing was told here in the last day").waitFor();
  // Nobody has told of a call, so the server starts nothing that it could not judge; a person may watch it.
  const start = page.getByRole("button", { name: "Start at 50 %" });
  await page.getByText("what is not measured guards nothing", { exact: false }).first().waitFor();
  expect(await start.isDisabled()).toBe(true);
  await page.getByText("Evals, events that must never happen").click();
  await page.getByLabel("Who raises the share").selectOption("watched");
  await page.getByLabel("Why", { exact: true }).fill("Opus reads better");
  await start.and(page.locator(":enabled")).click();

  await page.getByRole("heading", { name: "summarizer: opus", level: 1 }).waitFor();
  await page.getByRole("list", { name: "Steps of opus" }).getByText("50 %").waitFor();
  await page.getByText("“Opus reads better”").waitFor();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Flags" }).click();
  await page.getByRole("listitem").filter({ hasText: "summarizer" }).getByText("Rollout", { exact: true }).waitFor();
  expect(await opus()).not.toBe(before);

  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Rollouts" }).click();
  await page.getByRole("button", { name: "Abort, back to 10 %" }).click();
  await page.getByText("Aborted: opus is back at 10 %").waitFor();
  expect(await opus()).toBe(before);
});
