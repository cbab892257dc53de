/** AI configs for apps without an SDK: the chain as the SDK would go down it, and a report that counts once. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { StartedRun } from "@dimmer/protocol";
import { openTestServer, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

const MODEL = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Sum up: {{ text }}" }] };
const SUMMARY = {
  type: "object",
  schema: "ai-config",
  purpose: "release",
  owner: "tests",
  permanent: true,
  variants: {
    main: { value: MODEL },
    tooled: { value: { ...MODEL, tools: [{ name: "search" }] } },
    greedy: { value: { ...MODEL, messages: [{ role: "user", content: "{{ text }} for {{ nobody }}" }] } },
    plain: { value: { reply: "Resting, {{ text }}." } },
    behind: { value: { reply: "never" } },
  },
  environments: {
    production: {
      enabled: true,
      fallback: ["tooled", "greedy", "main", "plain", "behind"].map((variant) => ({ variant })),
      default: { variant: "main" },
    },
  },
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "summary", definition: SUMMARY } });
});
afterAll(() => server.close());

async function ask<T>(id: string, body: unknown, params = {}, status = id === "startRun" ? 201 : 200): Promise<T> {
  const answer = await server.operate(id, params, { token: TOKENS.server, body });
  expect([id, answer.status]).toEqual([id, status]);
  return answer.json as T;
}

const start = (more: object = {}) =>
  ask<StartedRun>("startRun", { flag: "summary", context: { targetingKey: "user-1" }, variables: { text: "whales" }, ...more });

/** What became of the flag; asked until the events of a moment ago are in. */
const metrics = async () =>
  (await server.operate("getMetrics", {}, { query: "?flag=summary" })).json as { variants: readonly Record<string, unknown>[] };

test("[runs-without-sdk] a run has what to ask, what to try next, and why not what was passed over", async () => {
  const run = await start({ tools: [] });
  expect(run).toMatchObject({ flag: "summary", reason: "STATIC", run: expect.any(String) as string });
  expect(run.chain).toMatchObject([
    { attempt: 1, served: { variant: "main", valueVersion: 1, path: "default", reason: "STATIC" } },
    { attempt: 4, served: { variant: "plain", path: "fallback" }, reply: "Resting, whales." },
  ]);
  expect(run.chain[0]?.config).toEqual({ ...MODEL, messages: [{ role: "user", content: "Sum up: whales" }] });
  expect(run.passedOver).toEqual([
    { attempt: 2, variant: "tooled", errorType: "missing_tools", message: "The app has no search." },
    { attempt: 3, variant: "greedy", errorType: "template", message: expect.stringContaining("nobody") as string },
  ]);
  // An app that names no tools is asked for none.
  expect((await start()).chain.map(({ served }) => served.variant)).toEqual(["main", "tooled", "plain"]);
});

test("[runs-without-sdk] a killed flag gives its fallback, an unknown one is not found, a context that is none is refused", async () => {
  const place = { flag: "summary", environment: "production" };
  await server.operate("killFlag", place);
  const { chain, reason } = await start();
  expect([reason, chain[0]?.served]).toMatchObject(["DISABLED", { variant: "tooled", path: "fallback" }]);
  await server.operate("restoreFlag", place);
  await ask("startRun", { flag: "absent" }, {}, 404);
  await ask(
    "startRun",
    { flag: "summary", context: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [n, n])) },
    {},
    400,
  );
  await ask("startRun", { flag: "summary", variables: "whales" }, {}, 400);
  expect((await server.operate("startRun", {}, { token: TOKENS.browser, body: { flag: "summary" } })).status).toBe(403);
});

test("[runs-without-sdk] a report counts once however often it is sent, for the variant that answered; feedback comes with the token", async () => {
  const { run, chain, token } = await start({ conversation: "talk-1", task: "task-1" });
  const [first, second] = chain;
  const report = {
    outcome: "fallback",
    durationMs: 900,
    attempts: [
      { attempt: 1, served: first?.served, durationMs: 500, errorType: "overloaded", httpStatus: 529 },
      {
        attempt: 2,
        served: second?.served,
        durationMs: 400,
        requestModel: "gpt-4o-mini",
        provider: "openai",
        inputTokens: 1_000,
        outputTokens: 100,
      },
    ],
    feedback: [{ name: "accepted", value: 1 }],
    targetingKey: "user-1",
  };
  expect(await ask("reportRun", report, { run })).toEqual({ accepted: 4, dropped: 0, issues: [] });
  await ask("reportRun", report, { run });
  expect((await server.operate("sendFeedback", {}, { body: { token, name: "thumbs", value: 0 } })).status).toBe(200);
  await expect.poll(metrics, { timeout: 5_000 }).toMatchObject({
    variants: expect.arrayContaining([
      // The token is of what the flag served.
      expect.objectContaining({ variant: "main", generations: 1, errors: 1, thumbsDown: 1 }),
      // By the price lists: 0.15 and 0.60 dollars for a million.
      expect.objectContaining({ variant: "tooled", generations: 1, errors: 0, costMicroUsd: 210, accepted: 1 }),
    ]) as unknown[],
  });
  const told = await server.operate("getRun", { run });
  expect(told.json).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ kind: "exposure", conversation: "talk-1", task: "task-1" }),
      expect.objectContaining({ kind: "feedback", source: "browser", conversation: "talk-1" }),
    ]) as unknown[],
  });
});

test("[run-aborted] a report of a run whose last call the app ended says so of the run", async () => {
  const { run, chain } = await start();
  const attempts = [{ attempt: 1, served: chain[0]?.served, durationMs: 80, errorType: "aborted" }];
  await ask("reportRun", { outcome: "error", durationMs: 90, attempts }, { run });
  const told = async () => (await server.operate("getRun", { run })).json as { items: readonly unknown[] };
  await expect.poll(told, { timeout: 5_000 }).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ kind: "run", errorType: "aborted" })]) as unknown[],
  });
});

test.each([
  ["an outcome of nobody", { outcome: "luck" }],
  ["an attempt without what was served", { attempts: [{ attempt: 1, durationMs: 1 }] }],
  [
    "more tokens than there are",
    { attempts: [{ attempt: 1, durationMs: 1, served: { flag: "f", variant: "v" }, inputTokens: 1e12 }] },
  ],
  ["a word too many", { price: 1 }],
])("a report with %s is refused", async (_name, odd) => {
  await ask("reportRun", { outcome: "model", durationMs: 1, attempts: [], ...odd }, { run: "a-run-of-nobody-0" }, 400);
});

test("a run that cannot be one is refused", async () => {
  await ask("reportRun", { outcome: "model", durationMs: 1, attempts: [] }, { run: "short" }, 400);
});
