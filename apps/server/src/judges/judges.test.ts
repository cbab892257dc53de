/** Online judges over real HTTP: samples taken where one wants them, judged within the budget, told as scores, and kept nowhere after. */

import type { JudgeView, SamplesAnswer, StoredEvent, WantedSamples } from "@dimmer/protocol";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer, openTestProvider, type TestProvider } from "../connections/sample-provider.contract.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

const PATIENT = { timeout: 10_000, interval: 20 };
const SECRET_WORDS = "nobody-else-may-read-this";

let dataDir: string;
let server: TestServer;
let provider: TestProvider;
let connection = "";
let runs = 0;

const start = async () => (server = await openTestServer({ dataDir, connectionAllowPrivate: true }));
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "dimmer-judges-"));
  await start();
  await done("createFlag", {}, { key: "model", definition: SPLIT_FLAG });
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  provider = await openTestProvider();
  const body = {
    name: `OpenAI ${runs++}`,
    provider: "openai",
    baseUrl: `${provider.url}/v1`,
    secret: "sk-test-0123456789abcdef",
  };
  connection = (await done<{ id: string }>("createConnection", {}, body)).id;
  provider.respond = says('Fine. {"score": 4}');
});
afterEach(async () => {
  for (const { id } of await judges()) await done("removeJudge", { judge: id });
  await done("removeConnection", { connection });
  await provider.close();
});

async function done<T>(id: string, params: Record<string, string> = {}, body?: object, token: string = TOKENS.admin): Promise<T> {
  const { status, text, json } = await server.operate(id, params, { token, ...(body === undefined ? {} : { body }) });
  expect([status < 300, text]).toEqual([true, expect.any(String)]);
  return json as T;
}
async function refused(status: number, why: string, more: object): Promise<void> {
  const answered = await server.operate("createJudge", {}, { body: judge(more) });
  expect([answered.status, answered.text]).toEqual([status, expect.stringContaining(why)]);
}
const judge = (more: object = {}) => ({
  name: "Friendly",
  flag: "model",
  connection,
  model: "gpt-4o-mini",
  prompt: "Is it friendly? Asked: {{ input }} Answered: {{ output }}",
  score: "friendly",
  scale: { from: 1, to: 5 },
  perMille: 1_000,
  dailyBudgetMicroUsd: 1_000_000,
  ...more,
});
const make = (more: object = {}) => done<JudgeView>("createJudge", {}, judge(more));
const judges = async () => (await done<{ items: readonly JudgeView[] }>("listJudges")).items;
const run = () => `run-${runs++}`;
const sample = (more: object = {}) => ({
  run: run(),
  targetingKey: "ann",
  served: { flag: "model", variant: "new" },
  input: "Hi {{ output }}",
  output: SECRET_WORDS,
  ...more,
});
const send = (...samples: object[]) => done<SamplesAnswer>("sendSamples", {}, { samples }, TOKENS.server);
const one = async () => (await judges())[0];
const says = (content: string) => answer({ choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] });
async function scoresOf(of: string): Promise<readonly StoredEvent[]> {
  const { status, json } = await server.operate("getRun", { run: of });
  return status === 404 ? [] : (json as { items: StoredEvent[] }).items;
}

describe("a judge", () => {
  test("[online-judges] scores what it wants, once each, as evidence of the variant; nothing of the content stays", async () => {
    expect(await send(sample())).toEqual({ taken: 0, notWanted: 1, dropped: 0 });
    const { id, promptHash } = await make();
    expect(await done("listWantedSamples", {}, undefined, TOKENS.server)).toEqual({
      items: [{ judge: id, flag: "model", perMille: 1_000 }] satisfies WantedSamples[],
    });
    const wanted = sample();
    const elsewhere = sample({ served: { flag: "other", variant: "new" } });
    expect(await send(wanted, elsewhere)).toEqual({ taken: 1, notWanted: 1, dropped: 0 });
    await expect.poll(async () => (await one())?.today.judged, PATIENT).toBe(1);
    await expect.poll(async () => await scoresOf(wanted.run), PATIENT).toHaveLength(1);
    expect(await scoresOf(wanted.run)).toMatchObject([
      {
        kind: "score",
        name: "friendly",
        value: 4,
        label: `gpt-4o-mini ${promptHash}`,
        targetingKey: "ann",
        served: { variant: "new" },
      },
    ]);
    await send(wanted);
    expect(await one()).toMatchObject({
      state: "active",
      waiting: 0,
      today: { judged: 1, costMicroUsd: 210, reservedMicroUsd: 0 },
    });
    const asked = JSON.stringify(provider.asked.map(({ body }) => body));
    expect(provider.asked).toHaveLength(1);
    // What people said is never read as a template.
    expect(asked).toContain(`Asked: Hi {{ output }} Answered: ${SECRET_WORDS}`);
    expect(provider.asked[0]?.headers["user-agent"]).toContain("(judge)");
    for (const file of readdirSync(dataDir)) expect(readFileSync(join(dataDir, file)).includes(SECRET_WORDS)).toBe(false);
    const { items } = (await server.operate("listAudit", {}, { query: "?chain=project%2Fdefault" })).json as {
      items: { action: string; details: object }[];
    };
    expect(items.find(({ action }) => action === "connection.use")).toMatchObject({
      details: { purpose: "judge", flag: "model", calls: [{ judge: id, atMostMicroUsd: 1_000_000 }] },
    });
  });

  test("takes its share of runs, the same ones whoever tells of them", async () => {
    await make({ perMille: 200, dailyBudgetMicroUsd: 1 });
    const many = Array.from({ length: 20 }, () => sample());
    const first = await send(...many);
    expect(first.taken + first.notWanted).toBe(20);
    expect(first.notWanted).toBeGreaterThan(5);
    expect(await send(...many)).toEqual(first);
  });

  test("[budget-held] stops where its budget is spent, says so, and asks nobody", async () => {
    await make({ dailyBudgetMicroUsd: 1 });
    await send(sample());
    await expect.poll(async () => (await one())?.state, PATIENT).toBe("spent");
    expect(await one()).toMatchObject({
      waiting: 1,
      message: expect.stringContaining("it goes on tomorrow"),
      today: { putOff: 1 },
    });
    expect(provider.asked).toEqual([]);
  });

  test("is stopped by an alias, and by what only a person can mend", async () => {
    await make();
    provider.respond = answer({ model: "gpt-4o-mini-2" });
    await send(sample());
    await expect.poll(async () => (await one())?.state, PATIENT).toBe("stopped");
    expect(await one()).toMatchObject({ message: "gpt-4o-mini is an alias: gpt-4o-mini-2 answered. Make a judge of that name." });
    expect(await send(sample())).toMatchObject({ taken: 0, notWanted: 1 });
    await done("removeJudge", { judge: (await one())?.id ?? "" });
    await make({ model: "house-model-2" });
    await send(sample());
    await expect
      .poll(async () => (await one())?.message, PATIENT)
      .toBe("No price of house-model-2 is known, so its budget cannot hold it.");
  });

  test("what gives no score on the scale is asked again later", async () => {
    await make();
    provider.respond = says('{"score": 9}');
    await send(sample());
    await expect.poll(async () => (await one())?.today.costMicroUsd, PATIENT).toBe(210);
    expect(await one()).toMatchObject({ state: "active", waiting: 1, today: { judged: 0, failed: 0 } });
  });

  test("[online-judges] judges after a restart what was under way, and forgets what waits with anybody who is erased", async () => {
    await make();
    const held: ServerResponse[] = [];
    provider.respond = (response) => void held.push(response);
    const wanted = sample();
    await send(wanted);
    await expect.poll(() => held.length, PATIENT).toBe(1);
    await server.close();
    provider.respond = says('{"score": 2}');
    await start();
    await expect.poll(async () => await scoresOf(wanted.run), PATIENT).toMatchObject([{ value: 2 }]);
    provider.respond = (response) => void held.push(response);
    const other = sample();
    await send(other);
    await expect.poll(() => held.length, PATIENT).toBe(2);
    await done("erasePerson", {}, { person: "somebody" });
    says('{"score": 5}')(held[1] as ServerResponse);
    await expect.poll(async () => (await one())?.today.failed, PATIENT).toBe(1);
    expect([await scoresOf(other.run), (await one())?.waiting]).toEqual([[], 0]);
  });

  test("says what is wrong with it", async () => {
    await refused(400, "moves to another model", { model: "judge-latest" });
    await refused(400, "does not hold the answer", { prompt: "Good?" });
    await refused(400, "asks for `answer`", { prompt: "{{ output }} {{ answer }}" });
    await refused(400, "The prompt cannot be used", { prompt: "{% if %}" });
    await refused(400, "A scale goes up", { scale: { from: 1, to: 1 } });
    await refused(404, "no flag absent", { flag: "absent" });
    await refused(404, "no connection absent", { connection: "absent" });
    await make();
    await refused(409, "already", {});
  });
});
