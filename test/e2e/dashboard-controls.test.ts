/** The controls of the dashboard beside the dimmer: what each means is said before it counts, and can be taken back. */

import { openManagement } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { expect, test, type TestContext } from "vitest";
import { openWindow, setUp } from "./dashboard-tab.ts";
import { openBrowser } from "./open-browser.ts";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";

async function open(context: TestContext) {
  const server = await startServerProcess();
  const page = await openWindow(await openBrowser(context), server);
  await setUp(page, server);
  return { page, management: openManagement({ url: server.url, token: server.token }) };
}

const press = (page: Page, name: string, index = 0) => page.getByRole("button", { name, exact: true }).nth(index).click();
const undo = async (page: Page) => {
  await press(page, "Undo");
  await page.getByText("Undone").first().waitFor();
};

test("[dashboard-controls] an environment is named, unmarked and put under review; a role is made, held on to, and let go", async (context) => {
  const { page, management } = await open(context);
  const production = async () => (await management.listEnvironments(PROJECT))[0];
  await page.goto(`/projects/${PROJECT}/environments`);
  await page.getByLabel("Name", { exact: true }).fill("Live");
  await page.getByLabel("Production: real people are here").uncheck();
  await page.getByLabel("Review of edits").selectOption("2");
  await page.getByText("once 2 other people approve. Kill and stop pass at once.").first().waitFor();
  await press(page, "Save");
  await page.getByText("It is not production any more.").waitFor();
  expect(await production()).toMatchObject({ name: "Live", production: false, requireReview: 2 });
  await undo(page);
  expect(await production()).toMatchObject({ name: "Production", production: true, requireReview: 0 });

  await page.goto("/people/roles");
  await press(page, "New role");
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel("Name", { exact: true }).fill("night-shift");
  await dialog.getByLabel("Kill flags and stop variants").check();
  await press(page, "Create role");
  await page.getByText("Nobody has it.").waitFor();
  const key = await management.createInstallationKey({ name: "pager", role: "night-shift" });
  await page.reload();
  await page.getByText("Given to the token pager.").waitFor();
  await press(page, "Delete night-shift");
  await page.getByText("night-shift is still given").waitFor();
  await page.keyboard.press("Escape");
  await management.revokeInstallationKey(key.id);
  await page.reload();
  await page.getByText("Nobody has it.").waitFor();
  await press(page, "Delete night-shift");
  await undo(page);
  const own = (await management.listRoles()).find(({ isBuiltIn }) => !isBuiltIn);
  expect(own).toMatchObject({ name: "night-shift", rights: ["read", "flag.kill"] });
});

test("[dashboard-controls] a segment's condition is built of rows, seen as JSON, and described", async (context) => {
  const { page, management } = await open(context);
  await management.submitChange(PROJECT, { operations: [{ kind: "create-segment", segment: "beta", definition: {} }] });
  await page.goto(`/projects/${PROJECT}/segments/beta?edit=true`);
  await press(page, "Condition");
  await page.getByLabel("Attribute", { exact: true }).fill("plan");
  await page.getByLabel("Values of plan").fill("pro");
  await page.keyboard.press("Enter");
  await page.getByLabel("Always in it").fill("user-1\nuser-2");
  await page.getByText("2 people come in by name; the condition becomes: plan is pro.").waitFor();
  await page.getByText("Nothing asks for it here yet, so nobody changes variant.").waitFor();
  await press(page, "As JSON");
  await page.getByLabel("The condition as JSON").waitFor();
  await press(page, "As rows");
  await press(page, "Save");
  await page.getByText("user-1 and user-2 and everyone where plan is pro.").waitFor();
  await press(page, "Describe");
  await page.getByLabel("Who they are").fill("The first to see it");
  await press(page, "Save");
  await page.getByRole("dialog", { name: "Who is in beta" }).waitFor({ state: "hidden" });
  expect((await management.getSegment(PROJECT, "beta")).definition).toEqual({
    description: "The first to see it",
    environments: { production: { include: ["user-1", "user-2"], when: { plan: "pro" } } },
  });
});

test("[dashboard-controls] rules are moved and removed as one change that says whom it moves, and many flags edited as one", async (context) => {
  const { page, management } = await open(context);
  const here = { flag: "summarizer", environment: "production" };
  const rule = (id: string, variant: string) => ({
    kind: "set-rule" as const,
    ...here,
    rule: { id, when: { plan: id }, serve: { variant } },
  });
  await management.submitChange(PROJECT, { operations: [rule("pro", "opus"), rule("team", "sonnet"), rule("old", "plain")] });
  const rules = async () =>
    (await management.getFlag(PROJECT, "summarizer")).environments["production"]?.config.rules?.map(({ id }) => id);
  await page.goto(`/projects/${PROJECT}/flags/summarizer/rules`);
  await press(page, "Move rule pro down");
  await page.getByText("Whoever matches both rule team and rule pro gets sonnet instead of opus.").waitFor();
  await press(page, "Remove rule old");
  await page.getByText("For whoever matches rule old, the next rule that holds decides.").waitFor();
  expect(await rules()).toEqual(["pro", "team", "old"]);
  await press(page, "Save");
  await page.getByRole("button", { name: "Remove rule old" }).waitFor({ state: "hidden" });
  expect(await rules()).toEqual(["team", "pro"]);
  await undo(page);
  expect(await rules()).toEqual(["pro", "team", "old"]);

  await page.goto(`/projects/${PROJECT}/flags`);
  await page.getByLabel("Choose summarizer").check();
  await page.getByLabel("Choose chat-model").check();
  await press(page, "Tags");
  await page.getByLabel("Add").fill("reviewed");
  await page.getByLabel("Take away").selectOption("ai");
  await press(page, "Save");
  await page.getByRole("region", { name: "Chosen flags" }).waitFor({ state: "hidden" });
  const tags = async () => (await management.getFlag(PROJECT, "chat-model")).definition.tags;
  expect(await tags()).toEqual(["chat", "reviewed"]);
  await undo(page);
  expect(await tags()).toEqual(["ai", "chat"]);
  await page.getByLabel("Choose summarizer").check();
  await press(page, "All 4");
  await press(page, "Kill in Production");
  await expect.poll(() => page.getByText("Off", { exact: true }).count()).toBe(4);
  // The choice is let go of once the change is through: who chooses before that chooses in vain.
  await page.getByRole("region", { name: "Chosen flags" }).waitFor({ state: "hidden" });
  await page.getByLabel("Choose summarizer").check();
  await page.getByLabel("Choose chat-model").check();
  await press(page, "Restore");
  await page.getByRole("dialog", { name: "Restore in Production" }).getByRole("button", { name: "Restore" }).click();
  await expect.poll(() => page.getByText("Off", { exact: true }).count()).toBe(2);
});
