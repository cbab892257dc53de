/** Canary prompts over real HTTP: replayed through each live variant, held to their budget, and heard of where answers got worse. */

import type { AlertView, CanaryRequest, CanaryResult, CanaryView, EvalRunView } from "@dimmer/protocol";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer, openTestProvider, type TestProvider } from "../connections/sample-provider.contract.ts";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";
import { compareReplay } from "./compare-replay.ts";
import { openPurse } from "./purse.ts";

const PATIENT = { timeout: 10_000, interval: 20 };
const PROMPTS = 20;
const SUITE = {
  suite: "canary",
  concurrency: 4,
  scorers: { exact: { type: "exact" } },
  items: Array.from({ length: PROMPTS }, (_, at) => ({ id: `i${at}`, variables: { what: `w${at}` }, expected: "ok" })),
};
const VALUE = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Say {{ what }}." }] };

let dataDir: string;
let provider: TestProvider;
let server: TestServer;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "dimmer-canaries-"));
  server = await openTestServer({ dataDir, connectionAllowPrivate: true });
  const definition = {
    type: "object",
    schema: "ai-config",
    purpose: "release",
    owner: "tests",
    removeBy: "2099-12-31",
    variants: { gpt: { value: VALUE }, unused: { value: VALUE }, off: { value: { reply: "ok" } } },
    environments: { production: { enabled: true, fallback: "off", default: { split: { gpt: 100, off: 0 } } } },
  };
  await done("createFlag", {}, { key: "says", definition });
  await done("pushEvalSuite", {}, SUITE);
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  provider = await openTestProvider();
  for (const { id } of await done<{ id: string }[]>("listConnections")) await done("removeConnection", { connection: id });
  const connection = { name: "OpenAI", provider: "openai", baseUrl: `${provider.url}/v1`, secret: "sk-test-0123456789abcdef" };
  await done("createConnection", {}, { ...connection, dailyBudgetMicroUsd: 1_000_000 });
  provider.respond = says("ok");
});
afterEach(async () => {
  for (const { id } of (await done<{ items: CanaryView[] }>("listCanaries")).items) await done("removeCanary", { canary: id });
  await provider.close();
});

async function done<T>(id: string, params: Record<string, string> = {}, body?: object): Promise<T> {
  const { status, text, json } = await server.operate(id, params, body === undefined ? {} : { body });
  expect([status < 300, text]).toEqual([true, expect.any(String)]);
  return json as T;
}
const says = (content: string) => answer({ choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] });
const make = (more: Partial<CanaryRequest> = {}) =>
  done<CanaryView>("createCanary", {}, { name: "Daily", flag: "says", suite: "canary", dailyBudgetMicroUsd: 1_000_000, ...more });
const look = (canary: string) => done<CanaryView>("getCanary", { canary });
const results = async (canary: string): Promise<readonly CanaryResult[]> => (await look(canary)).variants[0]?.results ?? [];
async function replay(canary: string, count: number): Promise<CanaryResult> {
  if (count > 1) await done("replayCanary", { canary });
  await expect.poll(async () => (await results(canary)).length, PATIENT).toBe(count);
  return (await results(canary))[0] as CanaryResult;
}
const alerts = async () =>
  (await done<{ items: AlertView[] }>("listAlerts")).items.filter(({ kind }) => kind === "canary-failed");

describe("a canary set", () => {
  test("[canaries-replayed] is replayed through live variants at temperature 0; answers that got worse raise an alert, and better ones resolve it", async () => {
    const { id } = await make();
    expect(await replay(id, 1)).toMatchObject({
      variant: "gpt",
      verdict: "reference",
      failures: 0,
      models: ["gpt-4o-mini"],
      scores: [{ scorer: "exact", items: PROMPTS, mean: 1, referenceMean: null }],
      costMicroUsd: PROMPTS * 210,
    });
    expect(provider.asked).toHaveLength(PROMPTS);
    expect(provider.asked[0]).toMatchObject({ body: { temperature: 0, model: "gpt-4o-mini" } });
    expect(provider.asked[0]?.headers["user-agent"]).toContain("(canary)");
    expect((await look(id)).variants.map(({ variant }) => variant)).toEqual(["gpt"]);
    provider.respond = says("no");
    const worse = await replay(id, 2);
    expect(worse).toMatchObject({ verdict: "worse", scores: [{ mean: 0, referenceMean: 1 }] });
    expect(worse.reference).toBe((await look(id)).variants[0]?.reference?.id);
    expect(await alerts()).toMatchObject([
      { state: "open", flag: "says", variant: "gpt", cause: expect.stringContaining("what has changed is the provider's") },
    ]);
    // What they do now is the reference from now on.
    await done("renewCanary", { canary: id });
    expect(await replay(id, 3)).toMatchObject({ verdict: "reference" });
    provider.respond = says("ok");
    expect(await replay(id, 4)).toMatchObject({ verdict: "better" });
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
    // They are no reports and no runs of anybody's.
    expect((await done<{ items: EvalRunView[] }>("listEvalRuns")).items).toEqual([]);
    expect((await done<{ items: object[] }>("listEvalReports")).items).toEqual([]);
    expect(await look(id)).toMatchObject({ today: { replays: 4, costMicroUsd: 4 * PROMPTS * 210 } });
  });

  test("[canaries-replayed] never spends more than its day's budget, and says so; what is incomplete is neither a pass nor a fail", async () => {
    const { id } = await make({ name: "Poor", dailyBudgetMicroUsd: 10_000 });
    const cut = await replay(id, 1);
    expect(cut).toMatchObject({ verdict: "incomplete", say: expect.stringContaining("does not reach to its end"), scores: [] });
    expect(cut.costMicroUsd).toBeLessThanOrEqual(10_000);
    expect(provider.asked.length).toBeLessThan(PROMPTS);
    await done("replayCanary", { canary: id });
    await expect.poll(async () => (await look(id)).state, PATIENT).toBe("spent");
    expect(await look(id)).toMatchObject({
      message: expect.stringContaining("it goes on tomorrow"),
      today: { replays: 1, putOff: 1 },
    });
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
  });

  test("stops where its suite is gone, and is made of what can be replayed", async () => {
    await done("pushEvalSuite", {}, { ...SUITE, suite: "short-lived" });
    const { id } = await make({ name: "Short", suite: "short-lived" });
    await replay(id, 1);
    await done("removeEvalSuite", { suite: "short-lived" });
    await done("replayCanary", { canary: id });
    await expect.poll(async () => (await look(id)).state, PATIENT).toBe("stopped");
    expect(await look(id)).toMatchObject({ message: expect.stringContaining("was removed"), nextAt: null });
    await done("pushEvalSuite", {}, { ...SUITE, suite: "tiny", items: SUITE.items.slice(0, 3) });
    const refused = await server.operate(
      "createCanary",
      {},
      { body: { name: "T", flag: "says", suite: "tiny", dailyBudgetMicroUsd: 1 } },
    );
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("tiny has 3 prompts")]);
    const twice = await server.operate(
      "createCanary",
      {},
      {
        body: { name: "Short", flag: "says", suite: "canary", dailyBudgetMicroUsd: 1 },
      },
    );
    expect(twice.status).toBe(409);
  });
});

test("of several scorers the worst counts, and too few answers are neither", () => {
  const definition = { everyMinutes: 60, margin: 0.02, prompts: 40 };
  const items = (good: number, more: (at: number) => object = () => ({})) =>
    Array.from({ length: 40 }, (_, at) => ({ id: `i${at}`, scores: { a: 1, b: at < good ? 1 : 0, ...more(at) } }));
  const reference = Object.fromEntries(items(40).map(({ id }) => [id, { a: [1], b: [1] }]));
  expect(compareReplay(items(10), reference, definition, 2)).toMatchObject({
    verdict: "worse",
    scores: [{ verdict: "undecided" }, { verdict: "worse" }],
  });
  expect(compareReplay(items(40).slice(0, 30), reference, definition, 2)).toMatchObject({ verdict: "incomplete" });
  expect(compareReplay(items(40), null, definition, 2)).toMatchObject({ verdict: "reference" });
});

test("a purse holds what calls may cost, gives back what they did not, and knows no price that nobody told it", () => {
  const purse = openPurse(100);
  expect(purse.hold("m", undefined)).toContain("No price of m");
  expect([purse.hold("m", 60), purse.hold("m", 60)]).toEqual([undefined, expect.stringContaining("does not reach")]);
  purse.settle(60, 10);
  expect([purse.hold("m", 60), purse.spentMicroUsd()]).toEqual([undefined, 70]);
  purse.settle(60, null);
  expect(purse.spentMicroUsd()).toBe(70);
});
