/** Every page of the dashboard, for the tests that look at each of them. */

import type { Management } from "@dimmer/protocol";
import type { Page } from "playwright-core";
import { OWNER } from "./dashboard-tab.ts";
import type { ServerProcess } from "./processes.ts";
import { tellRun } from "./told-run.ts";

export const PROJECT = "demo";
/** What looking at all of them may take on a busy machine; nothing is measured against it. */
export const ALL_PAGES_LIMIT_MS = 300_000;
const HOME = `/projects/${PROJECT}`;

/** By its name for the picture, with the heading that tells that it is there. Pages of whoever is not in yet are also shown to whoever is. */
export const PAGES: readonly (readonly [name: string, path: string, sign: string])[] = [
  ["flags", `${HOME}/flags`, "Flags"],
  ["flag", `${HOME}/flags/summarizer`, "summarizer"],
  ["flag-variants", `${HOME}/flags/summarizer/variants`, "summarizer"],
  ["flag-variant-open", `${HOME}/flags/summarizer/variants?variant=opus`, "summarizer"],
  ["flag-rules", `${HOME}/flags/frontier-tier/rules`, "frontier-tier"],
  ["flag-measured", `/projects/${PROJECT}/flags/summarizer/measured`, "summarizer"],
  ["flag-rollouts", `${HOME}/flags/summarizer/rollouts`, "summarizer"],
  ["flag-drift", `${HOME}/flags/summarizer/drift`, "summarizer"],
  ["flag-environments", `${HOME}/flags/summarizer/environments`, "summarizer"],
  ["flag-later", `${HOME}/flags/summarizer/later`, "summarizer"],
  ["flag-history", `${HOME}/flags/summarizer/history`, "summarizer"],
  ["flag-settings", `${HOME}/flags/summarizer/settings`, "summarizer"],
  ["models", `${HOME}/models`, "Models"],
  ["prices", `${HOME}/prices`, "Prices"],
  ["metrics", `${HOME}/metrics`, "Metrics"],
  ["runs", `${HOME}/runs`, "Runs"],
  ["run-unknown", `${HOME}/runs?run=none`, "Runs"],
  ["playground", `${HOME}/playground`, "Playground"],
  ["evals", `${HOME}/evals`, "Evals"],
  ["snippets", `${HOME}/snippets`, "Snippets"],
  ["no-such-snippet", `${HOME}/snippets/absent`, "absent"],
  ["segments", `${HOME}/segments`, "Segments"],
  ["context", `${HOME}/context`, "Context"],
  ["test", `${HOME}/test`, "Test a context"],
  ["activity", `${HOME}/activity`, "Activity"],
  ["connect", `${HOME}/connect`, "Connect"],
  ["environments", `${HOME}/environments`, "Environments"],
  ["webhooks", `${HOME}/webhooks`, "Webhooks"],
  ["audit", `${HOME}/audit`, "Audit log"],
  ["settings", `${HOME}/settings`, "Project settings"],
  ["rollouts", `${HOME}/rollouts`, "Rollouts"],
  ["rollout-new", `${HOME}/rollouts/new?flag=summarizer`, "A new rollout"],
  ["no-such-rollout", `${HOME}/rollouts/absent`, "Rollout"],
  ["experiments", `${HOME}/experiments`, "Experiments"],
  ["experiment-new", `${HOME}/experiments/new?flag=summarizer`, "A new experiment"],
  ["alerts", `${HOME}/alerts`, "Alerts"],
  ["reviews", `${HOME}/reviews`, "Reviews"],
  ["device", "/device", "Sign a command line in"],
  ["invitation", "/invitation#token=invitation_x", "You are invited"],
  ["invitation-broken", "/invitation", "This link is not whole"],
  ["password-reset", "/password-reset#token=reset_x", "A new password"],
  ["sign-in", "/sign-in?problem=forbidden", "Sign in"],
  ["set-up", "/setup", "Welcome to Dimmer"],
  ["account", "/account", OWNER.name],
  ["people", "/people", "People"],
  ["roles", "/people/roles", "Roles"],
  ["nowhere", `${HOME}/nowhere`, "Nothing here"],
  ["nowhere-at-all", "/nowhere", "Nothing here"],
  ["no-such-flag", `${HOME}/flags/absent`, "absent"],
  ["no-such-project", "/projects/absent/flags", "That did not work"],
];

/** Of each way in which pages are laid out, one or two. */
const LAYOUTS: readonly string[] = [
  "flags",
  "flag",
  "flag-variants",
  "flag-variant-open",
  "flag-rules",
  "flag-measured",
  "flag-measured-told",
  "run",
  "flag-environments",
  "flag-drift",
  "rollout-new",
  "alerts",
  "flag-new",
  "environments",
  "audit",
  "test",
  "connect",
  "sign-in",
  "people",
  "roles",
  "review",
  "eval",
  "snippet",
];

/** What takes long is done on some pages in every run, and on all of them by `npm run verify:long`. */
export const isLookedAtClosely = (name: string): boolean => process.env["DIMMER_TEST_LONG"] === "1" || LAYOUTS.includes(name);

/** Pages with an editor open, which have more that one can press. */
export const EDITORS: typeof PAGES = [["flag-rule-open", `${HOME}/flags/frontier-tier/rules?edit=paid`, "frontier-tier"]];

/** In the middle of something, or before anything: the way there, in an order in which none spoils the next. */
export const STATES: readonly (readonly [
  name: string,
  open: (page: Page, management: Management, server: Pick<ServerProcess, "url" | "key">) => Promise<void>,
])[] = [
  [
    "run",
    async (page, _management, server) => {
      await tellRun(server, { run: "run-1", flag: "summarizer", variant: "opus", fallback: "sonnet", valueVersion: 1 });
      await page.goto(`${HOME}/runs?run=run-1`);
      await page.getByText("Too short.").waitFor();
    },
  ],
  [
    "snippet",
    async (page, management) => {
      for (const text of ["Be brief.", "Be brief and kind."]) await management.setSnippet(PROJECT, "tone", text);
      await page.goto(`${HOME}/snippets/tone`);
      await page.getByText("Nowhere yet.").waitFor();
    },
  ],
  [
    "flag-measured-told",
    async (page) => {
      await page.goto(`${HOME}/flags/summarizer/measured`);
      await page.getByRole("slider", { name: "Calls, over time" }).locator("canvas").waitFor();
    },
  ],
  [
    "flag-new",
    async (page) => {
      await page.goto(`${HOME}/flags`);
      await page.getByRole("button", { name: "New flag" }).click();
      await page.getByRole("dialog", { name: "New flag" }).waitFor();
    },
  ],
  [
    "flag-killed-message",
    async (page) => {
      await page.goto(`${HOME}/flags/chat-model`);
      await page.getByRole("button", { name: "Kill" }).click();
      await page.getByText("off: everyone gets control").waitFor();
      await page.getByRole("button", { name: "Undo" }).waitFor();
    },
  ],
  [
    "review",
    async (page, management) => {
      await management.requireReview(PROJECT, "production", 1);
      const here = { flag: "summarizer", environment: "production", rule: "default" };
      const { request } = await management.submitChange(PROJECT, {
        operations: [{ kind: "ramp", ...here, variant: "opus", percent: 40 }],
        reason: "The evaluation is good",
      });
      await management.commentChangeRequest(PROJECT, request ?? "", "Not before Monday.");
      await page.goto(`${HOME}/reviews/${request}`);
      await page.getByText("Not before Monday.").waitFor();
    },
  ],
  [
    "eval",
    async (page, management) => {
      const about = { suite: "summaries", flag: "summarizer", valueVersion: 1, source: "dimmer" };
      const items = (score: (at: number) => number) =>
        Array.from({ length: 60 }, (_, at) => ({
          id: `article-${at}`,
          scores: { close: score(at), exact: score(at) > 0.5 },
          outputPreview: "A summary in three sentences.",
        }));
      const baseline = await management.pushEvalReport(PROJECT, {
        ...about,
        variant: "sonnet",
        items: items((at) => (at % 5) / 5),
      });
      const candidate = await management.pushEvalReport(PROJECT, {
        ...about,
        variant: "opus",
        items: items((at) => (at % 4) / 4),
      });
      await page.goto(`${HOME}/evals/${candidate.id}?baseline=${baseline.id}`);
      await page.getByText("What differs most").waitFor();
    },
  ],
  [
    "price-new",
    async (page) => {
      await page.goto(`${HOME}/prices?model=llama-9&provider=house`);
      await page.getByRole("dialog", { name: "A price of your own" }).waitFor();
    },
  ],
  [
    "judges",
    async (page, management) => {
      const { id: connection } = await management.createConnection(PROJECT, "production", {
        name: "Models",
        provider: "openai",
        secret: "sk-of-nobody",
      });
      const prompt = "Is {{ output }} right?";
      const about = { flag: "summarizer", connection, model: "gpt-4o-2024-08-06", prompt, score: "right" };
      await management.createJudge(PROJECT, "production", {
        ...about,
        name: "Right",
        perMille: 50,
        dailyBudgetMicroUsd: 1_000_000,
      });
      await page.goto(`${HOME}/evals`);
      await page.getByText("Scores 5 % of the runs of summarizer from 0 to 1 as right").waitFor();
      await page.getByRole("button", { name: "New judge" }).click();
      await page.getByLabel("What it is told").waitFor();
    },
  ],
  [
    "project-without-environment",
    async (page, management) => {
      await management.createProject({ key: "fresh", name: "Fresh" });
      await page.goto("/projects/fresh/flags");
      await page.getByText("No environment yet").waitFor();
    },
  ],
  [
    "project-empty",
    async (page, management) => {
      await management.createEnvironment("fresh", { key: "production", name: "Production", production: true });
      await page.goto("/projects/fresh/flags");
      await page.getByText("No flag yet").waitFor();
    },
  ],
];
