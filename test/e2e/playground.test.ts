/** From a connection to answers side by side: the real server, store and price table, and a model server of both formats. */

import { startServer } from "@dimmer/server";
import { openManagement, type Management, PLAYGROUND_LIMITS } from "@dimmer/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startModelServer, type ModelServer } from "../../examples/model-server/model-server.ts";

const SECRET = "sk-e2e-0123456789abcdef";
const TOKEN = "playground-admin-token-0123456789";
const [PROJECT, ENVIRONMENT] = ["default", "production"];
const GPT = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Sum up: {{ text }}" }] };
const CLAUDE = { ...GPT, provider: "anthropic", model: "claude-sonnet-4-6" };

let server: Awaited<ReturnType<typeof startServer>>;
let models: ModelServer;
let management: Management;
const lines: string[] = [];

beforeAll(async () => {
  models = await startModelServer({ behaviour: { inputTokens: 1_000, outputTokens: 100 } });
  server = await startServer({
    port: 0,
    dataDir: ":memory:",
    initAdminToken: TOKEN,
    connectionAllowPrivate: true,
    logger: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
  });
  management = openManagement({ url: server.url, token: TOKEN });
  const variants = {
    gpt: { value: GPT },
    claude: { value: CLAUDE },
    eu: { value: { ...GPT, region: "eu" } },
    house: { value: { ...GPT, provider: "house", model: "house-2" } },
    plain: { value: { reply: "Resting." } },
  };
  const production = { enabled: true, fallback: "plain", default: { variant: "gpt" } };
  const shared = { type: "object", schema: "ai-config", purpose: "release", owner: "search", permanent: true } as const;
  const definition = { ...shared, variants, environments: { production } };
  await management.submitChange(PROJECT, {
    operations: [
      { kind: "create-flag", flag: "summary", definition },
      { kind: "draft-value", flag: "summary", variant: "gpt", value: { ...GPT, model: "gpt-4o" } },
    ],
  });
  for (const [name, provider, baseUrl] of [
    ["OpenAI", "openai", `${models.url}/v1`],
    ["Anthropic", "anthropic", models.url],
  ] as const)
    await management.createConnection(PROJECT, ENVIRONMENT, { name, provider, baseUrl, secret: SECRET });
});
afterAll(async () => {
  await server.close();
  await models.close();
});

test("[playground-no-evidence] [credential-never-read] one prompt on several variants, each with its cost, time and tokens, or why there is none", async () => {
  const before = models.requests.length;
  const { answers } = await management.runPlayground(PROJECT, ENVIRONMENT, {
    flag: "summary",
    variants: [
      { variant: "gpt" },
      { variant: "gpt", draft: true },
      { variant: "claude" },
      { variant: "eu" },
      { variant: "house" },
      { variant: "plain" },
    ],
    variables: { text: "one two three" },
    message: "Briefly.",
  });
  expect(answers).toMatchObject([
    {
      variant: "gpt",
      model: "gpt-4o-mini",
      text: "Briefly.",
      inputTokens: 1_000,
      outputTokens: 100,
      costMicroUsd: 210,
      failure: null,
    },
    { variant: "gpt", model: "gpt-4o", costMicroUsd: 3_500, failure: null, connection: { name: "OpenAI" } },
    { variant: "claude", model: "claude-sonnet-4-6", costMicroUsd: 4_500, failure: null, connection: { name: "Anthropic" } },
    { variant: "eu", text: null, costMicroUsd: null, failure: { type: "no_connection" }, connection: null },
    { variant: "house", failure: { type: "no_connection" } },
    { variant: "plain", text: "Resting.", costMicroUsd: 0, model: null, failure: null },
  ]);
  const asked = models.requests.slice(before).map(({ body }) => body["messages"]);
  expect(asked).toHaveLength(3);
  expect(asked[0]).toEqual([
    { role: "user", content: "Sum up: one two three" },
    { role: "user", content: "Briefly." },
  ]);
  const connections = await management.listConnections(PROJECT, ENVIRONMENT);
  expect(connections.map(({ name, today }) => [name, today.calls, today.costMicroUsd, today.reservedMicroUsd])).toEqual([
    ["Anthropic", 1, 4_500, 0],
    ["OpenAI", 2, 3_710, 0],
  ]);
  const uses = (await management.listAudit(`project/${PROJECT}`, 2)).map(({ action, details }) => [action, details]);
  expect(uses).toMatchObject([
    ["connection.use", { purpose: "playground", flag: "summary", calls: [{ variant: "claude" }] }],
    ["connection.use", { calls: [{ variant: "gpt" }, { variant: "gpt", model: "gpt-4o" }] }],
  ]);
  const { variants } = await management.getMetrics(PROJECT, ENVIRONMENT, { flag: "summary", hours: 1 });
  expect(variants).toEqual([]);
  expect(lines.join("")).not.toContain(SECRET);
  expect(lines.length).toBeGreaterThan(0);
});

test("what fails is told for its variant and sinks no other", async () => {
  models.behave(CLAUDE.model, { errorRate: 1, errorStatus: 529 });
  const order = { flag: "summary", variants: [{ variant: "gpt" }, { variant: "claude" }] };
  const missing = await management.runPlayground(PROJECT, ENVIRONMENT, order);
  expect(missing.answers.map(({ failure }) => failure?.message)).toEqual([
    expect.stringContaining("undefined variable: text"),
    expect.stringContaining("undefined variable: text"),
  ]);
  const { answers } = await management.runPlayground(PROJECT, ENVIRONMENT, { ...order, variables: { text: "one" } });
  expect(answers).toMatchObject([
    { text: "Sum up: one", failure: null },
    { text: null, failure: { type: "overloaded", httpStatus: 529 } },
  ]);
});

test("so many runs go on at once and no more, and a run ends with whoever asked for it", async () => {
  models.behave("*", { latencyMs: 30_000 });
  const gone = new AbortController();
  const failuresOf = async () => (await management.listConnections(PROJECT, ENVIRONMENT)).map(({ today }) => today.failures);
  const callsOf = async () => (await management.listConnections(PROJECT, ENVIRONMENT)).map(({ today }) => today.calls);
  const [[, callsBefore = 0], [, before = 0]] = [await callsOf(), await failuresOf()];
  const order = { flag: "summary", variants: [{ variant: "gpt" }], variables: { text: "one" } };
  const hanging = Array.from({ length: PLAYGROUND_LIMITS.runs }, () =>
    fetch(`${server.url}/api/v1/projects/${PROJECT}/environments/${ENVIRONMENT}/playground`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(order),
      signal: gone.signal,
    }).catch(() => undefined),
  );
  await expect.poll(callsOf).toContain(callsBefore + hanging.length);
  await expect(management.runPlayground(PROJECT, ENVIRONMENT, order)).rejects.toMatchObject({ code: "too-many-requests" });
  gone.abort();
  await Promise.all(hanging);
  await expect.poll(failuresOf).toContain(before + hanging.length);
  models.behave("*", { latencyMs: 0 });
  expect((await management.runPlayground(PROJECT, ENVIRONMENT, order)).answers[0]?.failure).toBeNull();
});
