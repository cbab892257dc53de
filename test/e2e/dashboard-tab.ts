/** People in front of the dashboard: a real browser on a real server, signed in as the owner or as somebody invited. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Grant } from "@dimmer/protocol";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { ROOT, type ServerProcess } from "./processes.ts";

export interface Somebody {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const OWNER: Somebody = { name: "Dana Reed", email: "dana@example.com", password: "a long and good password" };

/** Pictures of every page, for people to look at: not kept in git, but for those that the guide shows, made small by `npm run pictures`. */
const KEPT = process.env["DIMMER_TEST_PICTURES"];
const PICTURES = join(ROOT, KEPT ?? "test-pictures");
const VIEWPORT = { width: 1440, height: 900 };

/** A window of somebody who is not signed in; an error in the page fails the test at its end. */
export async function openWindow(
  browser: Browser,
  server: Pick<ServerProcess, "url">,
  options: { readonly theme?: "dark" | "light"; readonly width?: number } = {},
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    baseURL: server.url,
    colorScheme: options.theme ?? "dark",
    viewport: { ...VIEWPORT, ...(options.width === undefined ? {} : { width: options.width }) },
  });
  const page = await context.newPage();
  // Other tests have the machine as well.
  page.setDefaultTimeout(40_000);
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));
  onTestFinished(() => expect(broken).toEqual([]));
  return page;
}

/** The first minute: the link that the server printed, and an owner's account. */
export async function setUp(page: Page, server: Pick<ServerProcess, "banner">): Promise<void> {
  await page.goto(setUpLink(server));
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
}

/** What the server printed when it first started. */
export function setUpLink({ banner }: Pick<ServerProcess, "banner">): string {
  const link = /http\S+\/setup#token=\S+/u.exec(banner)?.[0];
  if (link === undefined) throw new Error(`The server printed no link to set it up:\n${banner}`);
  return link;
}

/** The window of somebody who was invited, and has taken the invitation. */
export async function joinAs(
  browser: Browser,
  server: Pick<ServerProcess, "url" | "token">,
  who: Somebody,
  grants: readonly Grant[],
): Promise<Page> {
  const response = await fetch(`${server.url}/api/v1/invitations`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ email: who.email, grants }),
  });
  expect(response.status).toBe(201);
  const { link } = (await response.json()) as { readonly link: string };
  const page = await openWindow(browser, server);
  await acceptInvitation(page, link, who);
  return page;
}

export async function acceptInvitation(page: Page, link: string, { name, password }: Omit<Somebody, "email">): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
}

export async function signIn(page: Page, who: Omit<Somebody, "name"> = OWNER): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password").fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/**
 * Chooses from somebody's own menu, by the keyboard: on a machine that is very busy the pointer goes down on an entry and up, frames
 * later, beside a menu that has gone meanwhile.
 */
export async function chooseFromMenu(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole("button", { name }).press("Enter");
  await page.getByRole("menuitem", { name: entry }).press("Enter");
}

export async function signOut(page: Page, { name }: Pick<Somebody, "name"> = OWNER): Promise<void> {
  await chooseFromMenu(page, name, "Sign out");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Nothing on the page that keeps somebody out, by axe's rules for WCAG 2.1 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  // What passes is nobody's business here, and the page has no frames: both would take longer.
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ["violations"] })
    .setLegacyMode()
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(({ id, nodes }) => [
      id,
      ...nodes.map(({ target, failureSummary }) => `${JSON.stringify(target)}: ${failureSummary}`),
    ]),
  ).toEqual([]);
}

/** For the eye: in long runs, and where somebody says where the pictures go. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (KEPT === undefined && process.env["DIMMER_TEST_LONG"] !== "1") return;
  mkdirSync(PICTURES, { recursive: true });
  const format = KEPT === undefined ? ({ type: "png" } as const) : ({ type: "jpeg", quality: 55 } as const);
  await page.screenshot({ path: join(PICTURES, `${name}.${format.type}`), animations: "disabled", ...format });
}
