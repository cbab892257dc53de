/** The dashboard as people use it: the real page in a real browser, the real server, a connected SDK. */

import { openDimmer } from "@dimmer/sdk-server";
import { openManagement } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { ALL_PAGES_LIMIT_MS, isLookedAtClosely, PAGES, PROJECT, STATES } from "./dashboard-pages.ts";
import { expectAccessible, openWindow, OWNER, setUp, signIn, takePicture } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { startServerProcess, type ServerProcess } from "./processes.ts";

function connectSdk(server: ServerProcess) {
  const dimmer = openDimmer({ url: server.url, key: server.key });
  onTestFinished(() => dimmer.close());
  return dimmer;
}

const share = async (page: Page, percent: number) => {
  await page.getByLabel("Percent of opus").fill(String(percent));
};

test("[dashboard-first-hour] sets up, creates a flag, ramps it, kills it, restores it and reverts, while an SDK hears of each", async (context) => {
  const server = await startServerProcess();
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);
  await page.getByRole("button", { name: "New flag" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("One of several texts").check();
  await dialog.getByLabel("Key").fill("writer");
  await dialog.getByLabel("Owner").fill("search-team");
  await dialog.getByLabel("The new one").fill("opus");
  await dialog.getByLabel("What people get today").fill("sonnet");
  await dialog.getByRole("button", { name: "Create flag" }).click();
  await page.getByRole("heading", { name: "writer", level: 1 }).waitFor();

  const dimmer = connectSdk(server);
  await dimmer.ready();
  const now = () => dimmer.string("writer", { targetingKey: "user-1" }, "code");
  const becomes = async (value: string) => {
    await expect.poll(now, { timeout: 10_000 }).toBe(value);
  };
  await becomes("sonnet");

  await share(page, 100);
  await page.getByText("100 % sonnet → opus").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await becomes("opus");
  await page.getByText("opus for everyone").waitFor();

  await page.getByRole("button", { name: "Kill" }).click();
  await becomes("sonnet");
  await page.getByText("off: everyone gets sonnet").waitFor();
  await page.getByText("All 1 connected apps have it.").waitFor();

  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("button", { name: "As before" }).click();
  await becomes("opus");

  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: "Revert" }).nth(2).click();
  await becomes("sonnet");
  const history = await openManagement({ url: server.url, token: server.token }).flagHistory(PROJECT, "writer", 10);
  expect(history.map(({ actor, source }) => [actor.kind, actor.name, source])).toEqual(
    Array.from({ length: 5 }, () => ["person", OWNER.name, "dashboard"]),
  );
});

test("[dashboard-live] somebody else's edit appears, and a stale turn is not saved over it", async (context) => {
  const server = await startServerProcess();
  const browser = await openBrowser(context);
  const mine = await openWindow(browser, server);
  await setUp(mine, server);
  const theirs = await openWindow(browser, server);
  await signIn(theirs);
  await theirs.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
  const path = `/projects/${PROJECT}/flags/summarizer`;
  await mine.goto(path);
  await theirs.goto(path);
  await share(mine, 30);
  await share(theirs, 20);
  await theirs.getByRole("button", { name: "Save" }).click();
  await theirs.getByText("20 % opus and 80 % sonnet for everyone").waitFor();
  await mine.getByText("Somebody changed this meanwhile.").waitFor();
  expect(await mine.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  await mine.getByRole("button", { name: "Take a fresh look" }).click();
  expect(await mine.getByLabel("Percent of opus").inputValue()).toBe("20");
});

test("[dashboard-sign-in] nobody is in without signing in, and out is out", async (context) => {
  const server = await startServerProcess();
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);
  await page.getByRole("button", { name: OWNER.name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.goto(`/projects/${PROJECT}/flags/summarizer`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: /\w/u }).first().waitFor();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  // Back where the person wanted to go.
  await page.getByRole("heading", { name: "summarizer", level: 1 }).waitFor();
});

test("[dashboard-many] 5,000 flags are filtered at once and scroll without all of them in the page", async (context) => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token, timeoutMs: 60_000 });
  const definition = (index: number) =>
    ({
      type: "boolean",
      purpose: "release",
      owner: `team-${index % 7}`,
      removeBy: "2099-12-31",
      environments: { production: { enabled: true, fallback: "off", default: { variant: index % 3 === 0 ? "on" : "off" } } },
    }) as const;
  for (let from = 0; from < 5_000; from += 1_000) {
    const operations = Array.from({ length: 1_000 }, (_, at) => ({
      kind: "create-flag" as const,
      flag: `flag-${String(from + at).padStart(4, "0")}`,
      definition: definition(from + at),
    }));
    await management.submitChange(PROJECT, { operations });
  }
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);
  await page.getByText("5004 flags").waitFor();
  expect(await page.getByRole("listitem").count()).toBeLessThan(80);
  await page.keyboard.press("/");
  await page.keyboard.type("flag-4321");
  await page.getByText("1 of 5004").waitFor();
  expect(new URL(page.url()).searchParams.get("q")).toBe("flag-4321");
  await page.getByRole("link", { name: /flag-4321/u }).click();
  await page.getByRole("heading", { name: "flag-4321", level: 1 }).waitFor();
  await page.goBack();
  await page.getByText("1 of 5004").waitFor();
});

/** Colours depend on the theme and layout on the width: every page is seen in the first of them, each layout in the second; long runs see all in all. */
const LOOKS = [
  ["dark", 1440],
  ["light", 390],
  ...(process.env["DIMMER_TEST_LONG"] === "1"
    ? ([
        ["light", 1440],
        ["dark", 390],
      ] as const)
    : []),
] as const;

/** Nobody asks it; it is there so that its button is seen. */
const WITH_PROVIDER = {
  DIMMER_OIDC_ISSUER: "https://sign-on.example",
  DIMMER_OIDC_CLIENT_ID: "dimmer",
  DIMMER_OIDC_CLIENT_SECRET: "not used",
  DIMMER_OIDC_NAME: "Company",
};

test.for(LOOKS)(
  "[dashboard-accessible] every page, %s and %i px wide, by axe: nothing serious, nothing cut off",
  { timeout: ALL_PAGES_LIMIT_MS },
  async ([theme, width], context) => {
    const server = await startServerProcess({ env: WITH_PROVIDER });
    const browser = await openBrowser(context);
    const page = await openWindow(browser, server, { theme, width });
    await setUp(page, server);
    const look = async (name: string) => {
      await expect.poll(() => page.getByLabel("Loading").count()).toBe(0);
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([name, overflow]).toEqual([name, 0]);
      await takePicture(page, `${name}-${theme}-${width}`);
    };
    const isSeen = ([name]: readonly [string, ...unknown[]]) => width === 1440 || isLookedAtClosely(name);
    for (const [name, path, sign] of PAGES.filter(isSeen)) {
      await page.goto(path);
      await page.getByRole("heading", { name: sign, level: 1 }).waitFor();
      await look(name);
    }
    const management = openManagement({ url: server.url, token: server.token });
    for (const [name, open] of STATES.filter(isSeen)) {
      await open(page, management, server);
      await look(name);
    }
  },
);
