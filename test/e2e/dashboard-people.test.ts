/** People in the dashboard: invited, given another role, shut out, back with a new password, a second factor, or a provider's word. */

import { createHmac } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { CLIENT, openTestProvider } from "../../apps/server/src/people/oidc/test-provider.contract.ts";
import { acceptInvitation, chooseFromMenu, joinAs, openWindow, setUp, signIn, signOut, type Somebody } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { findFreePort, startServerProcess } from "./processes.ts";

const FLAGS = "/projects/demo/flags";
const CALLED: Somebody = { name: "Ada Holm", email: "ada@example.com", password: "the lamp in the hallway" };

const linkIn = async (page: Page): Promise<string> => (await page.getByRole("dialog").locator("code").innerText()).trim();

/** Gives somebody another role, as the owner does it. */
async function giveRole(owner: Page, { name }: Somebody, role: string): Promise<void> {
  await owner.getByRole("button", { name: `Change ${name}` }).click();
  const dialog = owner.getByRole("dialog", { name });
  await dialog.getByLabel("Role", { exact: true }).selectOption(role);
  await dialog.getByRole("button", { name: "Save" }).click();
  await owner.getByText(`${role} everywhere`).waitFor();
}

test("[dashboard-people] somebody is invited, does what the role allows and no more, gets another, and is out at once", async (context) => {
  const server = await startServerProcess();
  const browser = await openBrowser(context);
  const owner = await openWindow(browser, server);
  await setUp(owner, server);
  await owner.goto("/people");
  await owner.getByRole("button", { name: "Invite" }).click();
  await owner.getByLabel("E-mail").fill(CALLED.email);
  await owner.getByLabel("Role", { exact: true }).selectOption("responder");
  await owner.getByRole("button", { name: "Make the link" }).click();
  await owner.getByText("It works once and is not shown again.").waitFor();
  const link = await linkIn(owner);
  await owner.getByRole("button", { name: "I have it" }).click();

  const called = await openWindow(browser, server);
  await acceptInvitation(called, link, CALLED);
  expect(await called.getByRole("button", { name: "New flag" }).count()).toBe(0);
  await called.goto(`${FLAGS}/summarizer`);
  await called.getByRole("button", { name: "Kill" }).click();
  await called.getByText("off: everyone gets plain").waitFor();
  await called.getByRole("button", { name: "Restore" }).click();
  await called.getByRole("button", { name: "As before" }).click();
  await called.getByText("10 % opus and 90 % sonnet for everyone").first().waitFor();
  const slider = called.getByRole("slider");
  expect(await slider.isDisabled()).toBe(true);
  expect(await slider.getAttribute("title")).toContain("Your role does not let you");
  await called.getByRole("link", { name: "Rules" }).click();
  const addRule = called.getByRole("button", { name: "Add rule" });
  expect(await addRule.isDisabled()).toBe(true);
  expect(await addRule.getAttribute("title")).toContain("Your role does not let you");
  await called.getByRole("button", { name: CALLED.name }).click();
  await called.getByRole("menuitem", { name: "Account" }).waitFor();
  expect(await called.getByRole("menuitem", { name: "People" }).count()).toBe(0);

  await owner.reload();
  await owner.getByText("responder everywhere").waitFor();
  await giveRole(owner, CALLED, "editor");
  await called.goto(`${FLAGS}/summarizer`);
  await called.getByRole("button", { name: "Kill" }).click();
  const restore = called.getByRole("button", { name: "Restore" });
  await restore.waitFor();
  expect(await restore.isDisabled()).toBe(true);
  expect(await restore.getAttribute("title")).toContain("Your role does not let you");
  await called.getByLabel("Percent of opus").fill("20");
  await called.getByText("10 % sonnet → opus").waitFor();

  await giveRole(owner, CALLED, "viewer");
  // The page was opened as an editor: it is the server that refuses, and then the page knows.
  await called.getByRole("button", { name: "Save" }).click();
  await called.getByText("You may not do that").first().waitFor();
  await expect.poll(() => slider.isDisabled()).toBe(true);

  await owner.getByRole("button", { name: `Change ${CALLED.name}` }).click();
  await owner.getByRole("button", { name: "Shut out" }).click();
  await owner.getByRole("main").getByText("Shut out").waitFor();
  // Without a click: the open page learns that its session has ended.
  await called.getByRole("heading", { name: "Sign in" }).waitFor();
  const refused = await called.request.get(`${server.url}/api/v1/projects`);
  expect(refused.status()).toBe(401);
});

/** RFC 6238 with SHA-1, six digits and steps of 30 s, of a secret in base 32; written apart from the server's. */
function codeOf(secret: string, step: number): string {
  const bits = Array.from(secret)
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(step, 4);
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac.readUInt8(19) % 16;
  return (mac.subarray(at, at + 4).readUInt32BE() % 2 ** 31).toString().padStart(10, "0").slice(-6);
}
const presentStep = () => Math.floor(Date.now() / 30_000);

test("[dashboard-second-factor] a link gives a new password; a second factor is asked for, and a recovery code counts once", async (context) => {
  const server = await startServerProcess();
  const browser = await openBrowser(context);
  const owner = await openWindow(browser, server);
  await setUp(owner, server);
  const page = await joinAs(browser, server, CALLED, [{ role: "viewer", project: null, environment: null }]);

  await owner.goto("/people");
  await owner.getByRole("button", { name: `Change ${CALLED.name}` }).click();
  await owner.getByRole("button", { name: "New password" }).click();
  await owner.getByText("Give them this link; it works once.").waitFor();
  const link = await linkIn(owner);
  const renewed = { ...CALLED, password: "another lamp in the hallway" };
  const elsewhere = await openWindow(browser, server);
  await elsewhere.goto(link);
  await elsewhere.getByLabel("Password").fill(renewed.password);
  await elsewhere.getByRole("button", { name: "Save" }).click();
  await elsewhere.getByText("Your new password counts").first().waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(page, CALLED);
  await page.getByRole("alert").filter({ hasText: /wrong/u }).waitFor();
  await signIn(page, renewed);
  await page.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
  // Pasted over a broken one, the whole link is read all the same; it was used, though.
  await elsewhere.goto("/password-reset");
  await elsewhere.getByRole("heading", { name: "This link is not whole" }).waitFor();
  await elsewhere.goto(link);
  await elsewhere.getByLabel("Password").fill("a third lamp in the hallway");
  await elsewhere.getByRole("button", { name: "Save" }).click();
  await elsewhere.getByRole("alert").filter({ hasText: "This link is not valid" }).waitFor();

  await page.goto("/account");
  await page.getByLabel("Password", { exact: true }).fill(renewed.password);
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByText("Put this secret into your authenticator app").waitFor();
  const secret = await page.locator("form code").first().innerText();
  const step = presentStep();
  await page.getByLabel("Code that the app shows").fill(codeOf(secret, step));
  await page.getByRole("button", { name: "Turn on" }).click();
  const [recovery = ""] = (await page.getByLabel("the recovery codes", { exact: true }).innerText()).split("\n");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("It is on.", { exact: true }).waitFor();

  const signInWith = async (code: string) => {
    await page.goto(FLAGS);
    await signOut(page, renewed);
    await signIn(page, renewed);
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const isIn = () => page.getByRole("heading", { name: "Flags", level: 1 }).waitFor();
  // The code of the step before was spent on turning it on; the next one counts already, as clocks differ.
  await signInWith(codeOf(secret, Math.max(step, presentStep()) + 1));
  await isIn();
  await signInWith(recovery);
  await isIn();
  await signInWith(recovery);
  await page.getByRole("alert").filter({ hasText: /wrong/u }).waitFor();
});

test("[dashboard-oidc] a provider's word opens the door, once, and leads to the page that was wanted", async (context) => {
  const port = await findFreePort();
  const provider = await openTestProvider([`http://127.0.0.1:${port}/auth/oidc/sso/callback`], {
    grace: { email: "grace@example.com", email_verified: true, name: "Grace Moss" },
    stranger: { email: "x@elsewhere.example", email_verified: true, name: "Stranger" },
  });
  onTestFinished(() => provider.close());
  const server = await startServerProcess({
    port,
    env: {
      DIMMER_OIDC_ISSUER: provider.issuer,
      DIMMER_OIDC_CLIENT_ID: CLIENT.clientId,
      DIMMER_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
      DIMMER_OIDC_NAME: "Company",
      DIMMER_OIDC_DEFAULT_ROLE: "viewer",
      DIMMER_OIDC_ALLOWED_DOMAINS: "example.com",
      DIMMER_OIDC_ALLOW_PRIVATE: "1",
    },
  });
  const browser = await openBrowser(context);
  await setUp(await openWindow(browser, server), server);

  const goThrough = async (page: Page, account: string) => {
    await page.goto(`${FLAGS}/summarizer`);
    await page.getByRole("link", { name: "Sign in with Company" }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.locator("input[name=login]").fill(account);
    await page.locator("input[name=password]").fill("whatever the provider takes");
    await page.locator("button[type=submit]").click();
  };
  const stranger = await openWindow(browser, server);
  await goThrough(stranger, "stranger");
  await stranger.getByRole("alert").filter({ hasText: "You have no account here." }).waitFor();

  const page = await openWindow(browser, server);
  const answers: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/auth/oidc/sso/callback")) answers.push(request.url());
  });
  await goThrough(page, "grace");
  await page.getByRole("heading", { name: "summarizer", level: 1 }).waitFor();
  // The whole page is there, and not only its heading, before somebody would leave it.
  await expect.poll(() => page.getByLabel("Loading").count()).toBe(0);
  await chooseFromMenu(page, "Grace Moss", "Account");
  await page.waitForURL("**/account");
  await page.getByText("You sign in elsewhere, and have no password here.").waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "summarizer", level: 1 }).waitFor();
  await signOut(page, { name: "Grace Moss" });

  // The same answer of the provider again: where it was spent, and where it never belonged.
  expect(answers).toHaveLength(1);
  for (const replaying of [page, await openWindow(browser, server)]) {
    await replaying.goto(answers[0] ?? "");
    await replaying.getByRole("alert").filter({ hasText: "That sign-on did not go through." }).waitFor();
    expect((await replaying.request.get(`${server.url}/api/v1/projects`)).status()).toBe(401);
  }
});
