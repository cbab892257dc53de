/** AI configs and their runs in the page: written and published without a mouse, and found again by what an app told. */

import { openManagement, type Operation } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openWindow, setUp } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { isFocused, press, tabTo, write } from "./keyboard.ts";
import { startServerProcess } from "./processes.ts";
import { tellRun } from "./told-run.ts";

const PROJECT = "demo";
const CONFIG = {
  provider: "openai",
  model: "gpt-4o-mini",
  messages: [
    { role: "user", content: "{{ text }}" },
    { role: "system", content: "Be brief." },
  ],
  parameters: { maxTokens: 800, extra: { logit_bias: {} } },
  metadata: { team: ["search"] },
};
const CREATE: Operation = {
  kind: "create-flag",
  flag: "writer",
  definition: {
    type: "object",
    schema: "ai-config",
    purpose: "release",
    owner: "search",
    permanent: true,
    variants: { gpt: { value: CONFIG }, plain: { value: { reply: "Resting." } } },
    environments: { production: { enabled: true, fallback: "plain", default: { variant: "gpt" } } },
  },
};

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("[dashboard-ai] a config is written, seen as the model reads it, compared and published without a mouse; its run is found with what served it and why", async (context) => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token });
  await management.submitChange(PROJECT, { operations: [CREATE] });
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);

  await page.goto(`/projects/${PROJECT}/flags/writer/variants?variant=gpt`);
  const preview = page.getByRole("complementary", { name: "Preview" });
  await preview.getByText("[text]").last().waitFor();
  await press(page, button(page, "Move message 2 up"));
  // The focus goes along, so that the next press moves the same message.
  await expect.poll(() => isFocused(button(page, "Move message 1 down"))).toBe(true);
  await write(page, page.getByLabel("What message 1 says", { exact: true }), "Be brief, {{ name }}.");
  await preview.getByText("Be brief, [name].").waitFor();
  await write(page, preview.getByLabel("name", { exact: true }), "Ann");
  await preview.getByText("Be brief, Ann.").waitFor();
  await write(page, page.getByLabel("Longest answer", { exact: true }), "many");
  await page.getByText("Must be integer.").waitFor();
  await write(page, page.getByLabel("Longest answer", { exact: true }), "600");

  // Both ways lossless.
  await tabTo(page, page.getByRole("radio", { name: "Form", exact: true }), "Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("textbox", { name: "Value of gpt" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await press(page, button(page, "Save draft"));

  const diff = page.getByRole("group", { name: "What changes in gpt" });
  await diff.getByText("{{ name }}").waitFor();
  expect(await diff.innerText()).toContain("800\nbecomes\n600");
  await press(page, button(page, "Publish"));
  const published = async () => (await management.getFlag(PROJECT, "writer")).definition.variants?.["gpt"]?.value;
  await expect.poll(published).toEqual({
    ...CONFIG,
    messages: [{ role: "system", content: "Be brief, {{ name }}." }, CONFIG.messages[0]],
    parameters: { ...CONFIG.parameters, maxTokens: 600 },
  });

  await management.setSnippet(PROJECT, "tone", "Be kind.");
  await page.reload();
  await page.getByLabel("Insert a snippet into: What message 1 says").selectOption("tone");
  await preview.getByText("Be kind.").waitFor();

  await tellRun(server, { run: "run-1", flag: "writer", variant: "gpt", fallback: "plain", valueVersion: 2 });
  await page.goto(`/projects/${PROJECT}/runs`);
  await write(page, page.getByLabel("Run id"), "run-none");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing is known of run run-none").waitFor();
  await write(page, page.getByLabel("Targeting key"), "user-7");
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("link", { name: /The fallback plain answered/u }));
  await page.getByText("writer gave gpt, version 2, because no rule holds.").waitFor();
  await page.getByText("gpt-4o-mini of openai was asked: it took too long").waitFor();
  await page.getByText("“Too short.”").waitFor();

  await page.goto(`/projects/${PROJECT}/flags/writer/measured`);
  const times = page.getByRole("slider", { name: "Calls, over time" });
  await times.focus();
  await page.keyboard.press("Home");
  await expect.poll(() => times.getAttribute("aria-valuetext")).toMatch(/: gpt 1, plain 1$/u);
});
