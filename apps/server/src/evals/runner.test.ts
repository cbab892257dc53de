/** Suites that a project keeps and the runs that the server makes of them, over real HTTP, with a provider that behaves in every way. */

import type { EvalReportDetails, EvalRunView, EvalSuiteDetails, EvalSuiteView } from "@dimmer/protocol";
import { EVAL_RUN_LIMITS, SUITE_LIMITS } from "@dimmer/protocol";
import { mkdtempSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer, openTestProvider, type TestProvider } from "../connections/sample-provider.contract.ts";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";

const VALUE = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Say {{ what }}." }] };
const SUITE = {
  version: 1,
  repeats: 2,
  scorers: { exact: { type: "exact" } },
  items: [
    { id: "a", variables: { what: "ok" }, expected: "ok", mustPass: true },
    { id: "b", variables: { what: "no" }, expected: "no" },
  ],
};
const order = (more: object = {}) => ({ suite, flag: "says", variant: "gpt", ...more });
const PATIENT = { timeout: 10_000, interval: 20 };

let dataDir: string;
let provider: TestProvider;
let server: TestServer;

let suites = 0;
/** A suite of its own for each test. */
let suite = "";

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "dimmer-eval-runs-"));
  await start();
  const definition = {
    type: "object",
    schema: "ai-config",
    purpose: "release",
    owner: "tests",
    removeBy: "2099-12-31",
    variants: { gpt: { value: VALUE }, off: { value: { reply: "ok" } } },
    environments: { production: { enabled: true, fallback: "off", default: { variant: "gpt" } } },
  };
  await done("createFlag", {}, { key: "says", definition });
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  suite = `faq-${suites++}`;
  provider = await openTestProvider();
  for (const { id } of await done<{ id: string }[]>("listConnections")) await done("removeConnection", { connection: id });
  const connection = { name: "OpenAI", provider: "openai", baseUrl: `${provider.url}/v1`, secret: "sk-test-0123456789abcdef" };
  await done("createConnection", {}, { ...connection, dailyBudgetMicroUsd: 1_000_000 });
});
afterEach(() => provider.close());

const start = async () => (server = await openTestServer({ dataDir, connectionAllowPrivate: true }));

async function done<T>(id: string, params: Record<string, string> = {}, body?: object, query = ""): Promise<T> {
  const { status, text, json } = await server.operate(id, params, { query, ...(body === undefined ? {} : { body }) });
  expect([status < 300, text]).toEqual([true, expect.any(String)]);
  return json as T;
}
async function refused(status: number, why: string, id: string, params: Record<string, string>, body?: object): Promise<void> {
  const answered = await server.operate(id, params, body === undefined ? {} : { body });
  expect([answered.status, answered.text]).toEqual([status, expect.stringContaining(why)]);
}
const push = (more: object = {}) => done<EvalSuiteView>("pushEvalSuite", {}, { suite, ...SUITE, ...more });
const begin = (more: object = {}) => done<EvalRunView>("startEvalRun", {}, order(more));
const look = (id: string) => done<EvalRunView>("getEvalRun", { run: id });
async function ended(run: EvalRunView): Promise<EvalRunView> {
  await expect.poll(async () => (await look(run.id)).endedAt, PATIENT).not.toBeNull();
  return await look(run.id);
}
/** As somebody who has just looked at the flag. */
async function send(body: object, status = 200): Promise<unknown> {
  const { revision } = await done<{ revision: number }>("getFlag", { flag: "says" });
  const answered = await server.operate("submitChange", {}, { body: { expected: { "flags/says": revision }, ...body } });
  expect([answered.status, answered.text]).toEqual([status, expect.any(String)]);
  return answered.json;
}
const says = (content: string) => answer({ choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] });

describe("a suite that is kept", () => {
  test("gets the next number with each content, which then never changes, and is there again as it was", async () => {
    expect(await push()).toMatchObject({ name: suite, number: 1, version: "1", itemCount: 2, repeats: 2, scorers: ["exact"] });
    expect(await push()).toMatchObject({ number: 1 });
    await refused(409, "Give it another `version`", "pushEvalSuite", {}, { suite, ...SUITE, repeats: 1 });
    expect(await push({ version: 2, repeats: 1 })).toMatchObject({ number: 2, version: "2" });
    const kept = await done<EvalSuiteDetails>("getEvalSuite", { suite }, undefined, "?number=1");
    expect(kept.suite).toEqual({ suite, ...SUITE, version: "1", concurrency: 4, timeoutMs: 60_000 });
    expect(kept.versions.map(({ number }) => number)).toEqual([2, 1]);
    await push({ suite: "other" });
    expect(await done("listEvalSuites")).toMatchObject({ items: [{ name: suite, number: 2 }, { name: "other" }] });
    await done("removeEvalSuite", { suite });
    await refused(404, "keeps no suite faq-0", "getEvalSuite", { suite });
    await refused(404, "keeps no suite faq-0", "startEvalRun", {}, order());
    expect(await push()).toMatchObject({ number: 3 });
  });

  test("is one that can be run", async () => {
    const judge = { type: "judge", provider: "openai", model: "judge-latest", criteria: "Good." };
    await refused(400, "moves to another model", "pushEvalSuite", {}, { suite, ...SUITE, scorers: { tone: judge } });
    const shape = { type: "json-schema", schema: { type: "nothing" } };
    await refused(400, "is no JSON Schema", "pushEvalSuite", {}, { suite, ...SUITE, scorers: { shape } });
    await refused(400, "comes twice", "pushEvalSuite", {}, { suite, ...SUITE, items: [SUITE.items[0], SUITE.items[0]] });
    const large = { suite, ...SUITE, items: [{ id: "a", input: "x".repeat(SUITE_LIMITS.bytes), expected: "ok" }] };
    await refused(413, "", "pushEvalSuite", {}, large);
  });
});

describe("a run", () => {
  test("[eval-gate] [eval-runs] asks through the connection, and its report counts as one that was pushed", async () => {
    await push();
    const requirement = { flag: "says", suite, scorer: "exact", atLeast: 0.5, maxAgeHours: 1 };
    await done("updateEnvironment", {}, { requireEvals: [requirement] });
    const value = { ...VALUE, parameters: { maxTokens: 9 } };
    const draft = { kind: "draft-value", flag: "says", variant: "gpt", value };
    await done("submitChange", {}, { operations: [draft] });
    const publish = { operations: [{ kind: "publish", flag: "says", variant: "gpt", environments: ["production"] }] };
    expect(await send(publish, 409)).toMatchObject({ detail: expect.stringContaining("there is no report of this content") });
    const begun = await begin({ draft: true });
    expect(begun).toMatchObject({ state: "queued", done: 0, total: 2, actor: { kind: "key" }, endedAt: null });
    const run = await ended(begun);
    expect(run).toMatchObject({ state: "finished", done: 2, report: expect.any(String), message: null });
    const report = await done<EvalReportDetails>("getEvalReport", { report: run.report ?? "" });
    expect(report).toMatchObject({ suite, suiteVersion: "1", source: "server", configHash: begun.configHash });
    expect(report.items).toMatchObject([
      { id: "a", scores: { exact: [true, true] }, costMicroUsd: 420 },
      { id: "b", scores: { exact: [false, false] } },
    ]);
    expect(provider.asked[0]?.body).toMatchObject({ max_completion_tokens: 9, messages: [{ content: "Say ok." }] });
    expect(provider.asked[0]?.headers["user-agent"]).toContain("(eval)");
    await send(publish);
    await done("updateEnvironment", {}, { requireEvals: [] });
    const { items } = await done<{ items: { action: string; details: object }[] }>(
      "listAudit",
      {},
      undefined,
      "?chain=project%2Fdefault",
    );
    const uses = items.filter(({ action }) => action === "connection.use");
    expect(uses).toMatchObject([{ details: { purpose: "eval", calls: [{ model: "gpt-4o-mini", run: run.id, atMost: 4 }] } }]);
    expect(await done("listConnections")).toMatchObject([{ today: { calls: 4, costMicroUsd: 840 } }]);
  });

  test("is judged by a pinned model, and ends where another one answers", async () => {
    const tone = { type: "judge", provider: "openai", model: "gpt-4o-mini", criteria: "Good." };
    await push({ scorers: { tone }, repeats: 1 });
    provider.respond = says('Fine. {"score": 0.8}');
    const run = await ended(await begin({ variant: "off" }));
    const report = await done<EvalReportDetails>("getEvalReport", { report: run.report ?? "" });
    expect(report).toMatchObject({ judge: { model: "gpt-4o-mini", scorers: ["tone"] }, scorers: { tone: { mean: 0.8 } } });
    provider.respond = answer({ model: "gpt-4o-mini-2" });
    expect(await ended(await begin({ variant: "off" }))).toMatchObject({
      state: "failed",
      report: null,
      message: expect.stringContaining("The judge gpt-4o-mini is an alias: gpt-4o-mini-2 answered. Name"),
    });
  });

  test("[budget-held] ends where the budget is spent, or where there is no connection or no score", async () => {
    await push();
    const [{ id = "" } = {}] = await done<{ id?: string }[]>("listConnections");
    await done("updateConnection", { connection: id }, { dailyBudgetMicroUsd: 0 });
    expect(await ended(await begin())).toMatchObject({ state: "failed", message: expect.stringContaining("left today") });
    expect(provider.asked).toEqual([]);
    await done("updateConnection", { connection: id }, { dailyBudgetMicroUsd: 1_000_000 });
    provider.respond = answer({ error: { message: "Bad" } }, 400);
    expect(await ended(await begin())).toMatchObject({
      state: "failed",
      message: expect.stringContaining("No item has a score. The provider answered 400: Bad"),
    });
    const elsewhere = { value: { ...VALUE, provider: "anthropic" } };
    expect(await ended(await begin(elsewhere))).toMatchObject({
      message: expect.stringContaining("no connection for anthropic"),
    });
  });

  test("is tried again where a provider is busy", async () => {
    await push({ repeats: 1, items: [SUITE.items[0]] });
    provider.respond = (response) => {
      provider.respond = says("ok");
      answer({ error: { message: "Slow down", type: "rate_limit_error" } }, 429)(response);
    };
    expect(await ended(await begin())).toMatchObject({ state: "finished" });
    expect(provider.asked).toHaveLength(2);
  });

  test("[eval-runs] can be cancelled while it goes on and while it waits, and reports nothing", async () => {
    await push();
    const held: ServerResponse[] = [];
    provider.respond = (response) => void held.push(response);
    const runs = [];
    for (let at = 0; at <= EVAL_RUN_LIMITS.running; at++) runs.push(await begin());
    const [going, other, waiting] = runs as [EvalRunView, EvalRunView, EvalRunView];
    await expect.poll(() => held.length, PATIENT).toBe(4);
    expect([(await look(going.id)).state, (await look(waiting.id)).state]).toEqual(["running", "queued"]);
    for (const { id } of [waiting, going, other, going])
      expect(await done("cancelEvalRun", { run: id })).toMatchObject({ state: "cancelled" });
    await expect.poll(() => held.every(({ destroyed }) => destroyed), PATIENT).toBe(true);
    provider.respond = says("ok");
    expect(await ended(await begin())).toMatchObject({ state: "finished" });
    expect(await done("listEvalRuns", {}, undefined, `?suite=${suite}`)).toMatchObject({
      items: [
        { state: "finished" },
        { id: waiting.id, state: "cancelled", done: 0 },
        { state: "cancelled" },
        { state: "cancelled" },
      ],
    });
  });

  test("[eval-runs] ends as interrupted with its server; one that waits is made by the next, a queue is bounded", async () => {
    await push();
    const held: ServerResponse[] = [];
    provider.respond = (response) => void held.push(response);
    const runs = [];
    for (let at = 0; at < EVAL_RUN_LIMITS.waiting; at++) runs.push(await begin());
    await refused(429, "runs wait or go on", "startEvalRun", {}, order());
    await expect.poll(() => held.length, PATIENT).toBe(4);
    await server.close();
    provider.respond = says("ok");
    await start();
    const [first, second, third] = runs as [EvalRunView, EvalRunView, EvalRunView];
    for (const run of [first, second])
      expect(await look(run.id)).toMatchObject({ state: "interrupted", message: expect.stringContaining("Run it again") });
    expect(await ended(third)).toMatchObject({ state: "finished" });
  });

  test("takes both rights, and is of a size that a server can take on", async () => {
    await push({ repeats: 20, items: Array.from({ length: 251 }, (_, at) => ({ id: `i${at}`, expected: "ok" })) });
    await refused(400, "Run it with `dimmer evals run`", "startEvalRun", {}, order());
    await refused(404, "has no variant", "startEvalRun", {}, order({ variant: "absent" }));
    await refused(400, "has no draft", "startEvalRun", {}, order({ draft: true }));
    await refused(400, "not several of them", "startEvalRun", {}, order({ draft: true, version: 1 }));
    await done("createRole", {}, { name: "player", rights: ["read", "playground.run"] });
    const { secret } = await done<{ secret: string }>("createKey", {}, { kind: "admin", role: "player", name: "player" });
    const body = order({ suite: "small" });
    await push({ suite: "small" });
    expect((await server.operate("startEvalRun", {}, { body, token: secret })).status).toBe(403);
  });
});
