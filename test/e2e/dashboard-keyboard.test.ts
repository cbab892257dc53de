/** The dashboard without a mouse: whole tasks by the keyboard alone, and every page from its first to its last element. */

import { openManagement } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ALL_PAGES_LIMIT_MS, EDITORS, isLookedAtClosely, PAGES, PROJECT } from "./dashboard-pages.ts";
import { openWindow, OWNER, setUp, setUpLink } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { isFocused, press, type TabWalk, tabTo, walkByTab, write } from "./keyboard.ts";
import { startServerProcess } from "./processes.ts";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const pageLink = (page: Page, name: string) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name });
const tab = (page: Page, name: string) => page.getByRole("navigation", { name: "Parts of the flag" }).getByRole("link", { name });

/** The fields of the first page have the focus in turn. */
async function setUpByKeyboard(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Welcome to Dimmer" }).waitFor();
  for (const [text, key] of [
    [OWNER.name, "Tab"],
    [OWNER.email, "Tab"],
    [OWNER.password, "Enter"],
  ] as const) {
    await page.keyboard.type(text);
    await page.keyboard.press(key);
  }
  await page.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
}

test("[dashboard-keyboard] a flag is found, turned and killed without a mouse", async (context) => {
  const server = await startServerProcess();
  const page = await openWindow(await openBrowser(context), server);
  await setUpByKeyboard(page, setUpLink(server));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find a flag or page" }).waitFor();
  await page.keyboard.type("summ");
  await page.getByRole("option", { name: /summarizer/u }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "summarizer", level: 1 }).waitFor();
  await tabTo(page, page.getByRole("slider"));
  await page.keyboard.press("ArrowRight");
  await page.getByText("1 % sonnet → opus").waitFor();
  await press(page, button(page, "Save"));
  await page.getByText("11 % opus and 89 % sonnet for everyone").waitFor();
  await press(page, button(page, "Kill"));
  await page.getByText("off: everyone gets plain").waitFor();
});

test("[dashboard-keyboard] a flag is made, given a rule and a value, tried, reviewed, and somebody invited, without a mouse", async (context) => {
  const server = await startServerProcess();
  const page = await openWindow(await openBrowser(context), server);
  await setUpByKeyboard(page, setUpLink(server));

  await press(page, button(page, "New flag"));
  const dialog = page.getByRole("dialog");
  await tabTo(page, dialog.getByLabel("On or off"));
  await page.keyboard.press("ArrowDown");
  await write(page, dialog.getByLabel("Key"), "writer");
  await write(page, dialog.getByLabel("Owner"), "search-team");
  await press(page, dialog.getByRole("button", { name: "Create flag" }));
  await page.getByRole("heading", { name: "writer", level: 1 }).waitFor();

  await press(page, tab(page, "Rules"));
  await press(page, button(page, "Add rule"));
  await write(page, page.getByLabel("Name", { exact: true }), "Paying");
  await press(page, button(page, "Condition"));
  await write(page, page.getByLabel("Attribute", { exact: true }), "plan");
  await write(page, page.getByLabel("Values of plan"), "pro");
  await page.keyboard.press("Enter");
  await press(page, button(page, "Add rule").last());
  await page.getByRole("heading", { name: "Paying", exact: true }).waitFor();
  await page.getByText("where plan is pro", { exact: true }).waitFor();

  await press(page, tab(page, "Variants"));
  await press(page, page.getByRole("button", { name: /^new/u }));
  await write(page, page.getByRole("textbox", { name: "Value of new" }), "a better text");
  await press(page, button(page, "Save draft"));
  await press(page, button(page, "Publish"));
  const management = openManagement({ url: server.url, token: server.token });
  await expect
    .poll(async () => (await management.getFlag(PROJECT, "writer")).definition.variants?.["new"]?.value)
    .toBe("a better text");

  await press(page, pageLink(page, "Test a context"));
  await write(page, page.getByLabel("targetingKey"), "user-1");
  await write(page, page.getByLabel("Attribute to add"), "plan");
  await page.keyboard.press("Enter");
  await write(page, page.getByLabel("plan", { exact: true }), "pro");
  await tabTo(page, page.getByLabel("Flag", { exact: true }), "Shift+Tab");
  await page.keyboard.type("writer");
  await page.getByText("a better text").first().waitFor();

  await management.requireReview(PROJECT, "production", 1);
  const here = { flag: "summarizer", environment: "production", rule: "default" };
  await management.submitChange(PROJECT, { operations: [{ kind: "ramp", ...here, variant: "opus", percent: 40 }] });
  await press(page, pageLink(page, "Reviews"));
  // The page before has links to flags as well.
  await page.getByRole("heading", { name: "Reviews", level: 1 }).waitFor();
  await press(page, page.getByRole("main").getByRole("link", { name: "summarizer" }));
  await press(page, button(page, "Approve"));
  await button(page, "Apply").and(page.locator(":enabled")).waitFor();
  await press(page, button(page, "Apply"));
  await expect.poll(async () => (await management.listChanges(PROJECT, 1))[0]?.summary.join(" ")).toContain("summarizer");

  await press(page, button(page, OWNER.name));
  await page.getByRole("menuitem", { name: "People" }).waitFor();
  await page.keyboard.type("Peo");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
  await press(page, button(page, "Invite"));
  await write(page, page.getByLabel("E-mail"), "ada@example.com");
  await tabTo(page, page.getByLabel("Role", { exact: true }));
  await page.keyboard.type("resp");
  await press(page, button(page, "Make the link"));
  await press(page, button(page, "I have it"));
  await page.getByText("responder everywhere").waitFor();
  // A dialog gives the focus back to what opened it.
  await expect.poll(() => isFocused(button(page, "Invite"))).toBe(true);
});

/** Marked, unmarked, one that lets nobody go on, and one that is therefore never reached. */
const FAULTY = `
  <button>good</button>
  <button style="outline: none">unmarked</button>
  <button onkeydown="event.preventDefault()">trap</button>
  <button>missed</button>`;

test(
  "[dashboard-keyboard] on every page Tab reaches all there is, shows where it stands, and comes out again",
  { timeout: ALL_PAGES_LIMIT_MS },
  async (context) => {
    const server = await startServerProcess();
    const page = await openWindow(await openBrowser(context), server);
    await page.setContent(FAULTY);
    const faults = { missed: ["button missed"], unmarked: ["button unmarked"], isTrapped: true };
    expect(await walkByTab(page)).toEqual(faults);
    await setUp(page, server);
    const walks: Record<string, TabWalk> = {};
    for (const [name, path, sign] of [...PAGES.filter(([name]) => isLookedAtClosely(name)), ...EDITORS]) {
      await page.goto(path);
      await page.getByRole("heading", { name: sign, level: 1 }).waitFor();
      await expect.poll(() => page.getByLabel("Loading").count()).toBe(0);
      walks[name] = await walkByTab(page);
    }
    const good: TabWalk = { missed: [], unmarked: [], isTrapped: false };
    expect(walks).toEqual(Object.fromEntries(Object.keys(walks).map((name) => [name, good])));
    // Where the page is narrow its side bar is a menu.
    await page.setViewportSize({ width: 390, height: 900 });
    await page.goto(`/projects/${PROJECT}/flags`);
    await press(page, button(page, "Open the menu"));
    await press(page, pageLink(page, "Segments"));
    await page.getByRole("heading", { name: "Segments", level: 1 }).waitFor();
    await expect.poll(() => pageLink(page, "Segments").isVisible()).toBe(false);
    await press(page, button(page, "Open the menu"));
    await page.keyboard.press("Escape");
    await expect.poll(() => isFocused(button(page, "Open the menu"))).toBe(true);
  },
);
