/** From a call of a model to what its variant cost: the official clients, the real SDK and server, and the browser's word. */

import Anthropic from "@anthropic-ai/sdk";
import { openAi } from "@dimmer/ai";
import { messages } from "@dimmer/ai/anthropic";
import { chatCompletions } from "@dimmer/ai/openai";
import { openManagement, type VariantMetrics } from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { aiPort } from "@dimmer/sdk-server/ai";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startModelServer } from "../../examples/model-server/model-server.ts";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const GPT = { provider: "openai", model: "gpt-4o-mini", messages: [{ role: "user", content: "Sum up: {{ text }}" }] };
const CLAUDE = { ...GPT, provider: "anthropic", model: "claude-sonnet-4-6" };

test("[model-calls-measured] what the official clients were answered is in each variant's metrics within seconds, and a browser's word with it", async () => {
  const server = await startServerProcess();
  const models = await startModelServer();
  onTestFinished(() => models.close());
  const management = openManagement({ url: server.url, token: server.token });
  await management.submitChange(PROJECT, {
    operations: [
      {
        kind: "create-flag",
        flag: "summary",
        definition: {
          type: "object",
          schema: "ai-config",
          purpose: "release",
          owner: "search",
          permanent: true,
          variants: { gpt: { value: GPT }, claude: { value: CLAUDE }, plain: { value: { reply: "Resting." } } },
          environments: {
            production: {
              enabled: true,
              fallback: [{ variant: "claude" }, { variant: "plain" }],
              rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "gpt" } }],
              default: { variant: "claude" },
            },
          },
        },
      },
    ],
  });
  const dimmer = openDimmer({ url: server.url, key: server.key });
  await OpenFeature.setProviderAndWait("ai-metrics", new DimmerProvider({ client: dimmer }));
  onTestFinished(async () => {
    await OpenFeature.clearProviders();
    await dimmer.close();
  });
  const ai = openAi({ client: OpenFeature.getClient("ai-metrics"), port: aiPort(dimmer), host: { warn: () => undefined } });
  const openai = new OpenAI({ apiKey: "local", baseURL: `${models.url}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: "local", baseURL: models.url, maxRetries: 0 });
  const counts = { inputTokens: 1_000, outputTokens: 100, cachedTokens: 400 };
  models.behave("*", { ...counts, latencyMs: 30 });
  const ask = async (targetingKey: string, plan: string) =>
    await ai.config("summary", { targetingKey, plan }, { fallback: { reply: "Later." }, variables: { text: "one two three" } });

  const paid = await (await ask("user-1", "pro")).run(chatCompletions(openai));
  const streamed = await (await ask("user-2", "pro")).run(chatCompletions(openai, { stream: true }));
  for await (const piece of streamed.textStream()) expect(piece).not.toBe("");
  const free = await (await ask("user-3", "free")).run(messages(anthropic));
  expect([paid.outcome, streamed.outcome, free.outcome]).toEqual(["model", "model", "model"]);
  // The model is down: another of the flag's fallback answers, and both calls are told.
  models.behave(GPT.model, { ...counts, errorRate: 1 });
  const saved = await (
    await ask("user-4", "pro")
  ).run((attempt, signal) =>
    attempt.config.provider === "openai" ? chatCompletions(openai)(attempt, signal) : messages(anthropic)(attempt, signal),
  );
  expect([saved.outcome, saved.served?.variant]).toEqual(["fallback", "claude"]);
  // In the page, with the run's token and no key.
  const feedback = await fetch(`${server.url}/sdk/v1/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: await paid.token(), name: "thumbs", value: 0 }),
  });
  expect([feedback.status, await feedback.json()]).toEqual([200, { accepted: true }]);

  const metricsOf = async (): Promise<Readonly<Record<string, VariantMetrics>>> => {
    const { variants } = await management.getMetrics(PROJECT, "production", { flag: "summary", hours: 1 });
    return Object.fromEntries(variants.map((metrics) => [metrics.variant, metrics]));
  };
  // A second to gather in the SDK, a moment in the server.
  await expect.poll(metricsOf, { timeout: 4_000 }).toMatchObject({
    gpt: { generations: 3, errors: 1, thumbsDown: 1 },
    claude: { generations: 2, errors: 0 },
  });
  const { gpt, claude } = await metricsOf();
  // By the price lists, in dollars for a million: 0.15 in, 0.075 from the cache, 0.60 out; 3, 0.30 and 15.
  expect(gpt).toMatchObject({ inputTokens: 2_000, outputTokens: 200, cacheReadTokens: 800, usageUnknown: 0, people: 3 });
  expect(gpt?.costMicroUsd).toBe(2 * (600 * 0.15 + 400 * 0.075 + 100 * 0.6));
  expect(claude?.costMicroUsd).toBe(2 * (600 * 3 + 400 * 0.3 + 100 * 15));
  expect(gpt?.durationMs.p50).toBeGreaterThanOrEqual(29);
  expect(gpt?.firstChunkMs.p50).toBeGreaterThanOrEqual(29);
  expect(dimmer.events).toMatchObject({ dropped: 0, inFlight: 0 });
  const told = await management.getRun(PROJECT, "production", saved.id);
  expect(told.map((event) => [event.kind, event.served?.variant])).toEqual(
    expect.arrayContaining([
      ["exposure", "gpt"],
      ["generation", "gpt"],
      ["generation", "claude"],
    ]),
  );
});
