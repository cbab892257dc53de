/** Review in the dashboard: one proposes, another looks, approves and applies; a kill waits for nobody. */

import { openDimmer } from "@dimmer/sdk-server";
import { openManagement } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { joinAs, openWindow, setUp, type Somebody } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const EDITOR: Somebody = { name: "Eli Brook", email: "eli@example.com", password: "the lamp in the kitchen" };
const REVIEWER: Somebody = { name: "Pia North", email: "pia@example.com", password: "the lamp in the cellar" };

/** Turns a variant on the flag's page; gives the id of the review that it became. */
async function propose(page: Page, flag: string, variant: string, percent: string): Promise<string> {
  await page.goto(`/projects/${PROJECT}/flags/${flag}`);
  await page.getByLabel(`Percent of ${variant}`).fill(percent);
  await page.getByText("production requires an approval.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "To the review" }).click();
  await page.getByRole("heading", { name: "Review", level: 1 }).waitFor();
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

test("[dashboard-review] an edit waits for another's approval of exactly it, a kill does not, and a conflict is shown", async (context) => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token });
  const browser = await openBrowser(context);
  await setUp(await openWindow(browser, server), server);
  const grant = (role: string) => [{ role, project: PROJECT, environment: null }];
  const editor = await joinAs(browser, server, EDITOR, grant("editor"));
  const reviewer = await joinAs(browser, server, REVIEWER, grant("publisher"));
  await management.requireReview(PROJECT, "production", 1);
  const dimmer = openDimmer({ url: server.url, key: server.key });
  onTestFinished(() => dimmer.close());
  await dimmer.ready();
  const served = () => dimmer.string("chat-model", { targetingKey: "user-3" }, "code");
  const everyoneGets = async (value: string) => {
    await expect.poll(served, { timeout: 10_000 }).toBe(value);
  };

  const id = await propose(editor, "chat-model", "control", "70");
  await editor.getByText("20 % change: 20 % treatment → control").waitFor();
  await editor.getByText("+ 70 % control and 30 % treatment", { exact: true }).waitFor();
  const own = editor.getByRole("button", { name: "Approve" });
  expect([await own.isDisabled(), await own.getAttribute("title")]).toEqual([true, "Whoever edited it last cannot approve it."]);

  await reviewer.getByRole("link", { name: "Reviews" }).click();
  // The page before has links to flags as well.
  await reviewer.getByRole("heading", { name: "Reviews", level: 1 }).waitFor();
  await reviewer.getByRole("main").getByRole("link", { name: "chat-model" }).click();
  await reviewer.getByLabel("Say something").fill("Why not all of them?");
  await reviewer.getByRole("button", { name: "Say it" }).click();
  await reviewer.getByText("Why not all of them?", { exact: true }).waitFor();
  const apply = reviewer.getByRole("button", { name: "Apply" });
  expect(await apply.isDisabled()).toBe(true);
  await reviewer.getByRole("button", { name: "Approve" }).click();
  await reviewer.getByText(`1 of 1 approval (${REVIEWER.name}).`).waitFor();

  // The editor takes the advice: what was approved is not what waits now, and the reviewer's open page says so.
  await editor.getByText("Why not all of them?", { exact: true }).waitFor();
  const operations = [
    { kind: "set-split", flag: "chat-model", environment: "production", rule: "default", split: { control: 0, treatment: 100 } },
  ];
  const edited = await editor.evaluate(
    async ([path, body]) => (await fetch(path, { method: "PUT", headers: { "content-type": "application/json" }, body })).status,
    [`/api/v1/projects/${PROJECT}/change-requests/${id}`, JSON.stringify({ operations })] as const,
  );
  expect(edited).toBe(200);
  await reviewer.getByText("0 of 1 approval.").waitFor();
  await reviewer.getByText("50 % change: 50 % control → treatment").waitFor();
  expect(await apply.isDisabled()).toBe(true);
  await reviewer.getByRole("button", { name: "Approve" }).click();
  await apply.and(reviewer.locator(":enabled")).click();
  await reviewer.getByText("Applied", { exact: true }).first().waitFor();
  await everyoneGets("claude-sonnet-4-6");
  const [change] = await management.flagHistory(PROJECT, "chat-model", 1);
  expect(change?.actor).toMatchObject({ kind: "person", name: EDITOR.name });

  const other = await propose(editor, "summarizer", "opus", "30");
  await editor.goto(`/projects/${PROJECT}/flags/chat-model`);
  await editor.getByRole("button", { name: "Kill" }).click();
  await everyoneGets("gpt-5-mini");
  const [killed] = await management.listAudit(`project/${PROJECT}`, 1);
  expect(killed).toMatchObject({ actor: { name: EDITOR.name }, details: { exemptFromReview: ["production"] } });

  await reviewer.goto(`/projects/${PROJECT}/reviews/${other}`);
  await reviewer.getByRole("button", { name: "Approve" }).click();
  await apply.and(reviewer.locator(":enabled")).waitFor();
  await management.requireReview(PROJECT, "production", 0);
  const here = { flag: "summarizer", environment: "production", rule: "default" };
  await management.submitChange(PROJECT, { operations: [{ kind: "ramp", ...here, variant: "opus", percent: 15 }] });
  await reviewer.getByRole("alert").filter({ hasText: "summarizer" }).first().waitFor();
  expect(await apply.isDisabled()).toBe(true);
});
