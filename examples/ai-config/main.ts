/** An AI config: a flag's value as a call of a model, its fallback when the model is down, and what each call took, beside the variant. */

import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { openAi, type AiEvent, type AiPort } from "@dimmer/ai";
import { messages } from "@dimmer/ai/anthropic";
import { openDimmer } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { startModelServer } from "../model-server/model-server.ts";

const TEXT = "Whales are mammals. They breathe air, feed their young with milk, and sing.";

// Your app has a key and Anthropic's own address here; this one has a model that costs nothing and breaks when it is told to.
const models = await startModelServer({ behaviour: { latencyMs: 20 } });
const anthropic = new Anthropic({ apiKey: "local", baseURL: models.url, maxRetries: 0 });

const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
await OpenFeature.setProviderAndWait(new DimmerProvider({ client: dimmer }));

// What only Dimmer can give. Here the events stay in a list.
const events: AiEvent[] = [];
const port: AiPort = {
  record: (event) => events.push(event),
  fallback: (flagKey, context) => dimmer.objectDetails(flagKey, context, {}).fallback,
};
const ai = openAi({ client: OpenFeature.getClient(), port });

async function summarize(user: string) {
  const config = await ai.config(
    "summarizer",
    { targetingKey: user },
    {
      fallback: { reply: TEXT },
      variables: { text: TEXT },
    },
  );
  return config.run(messages(anthropic));
}

try {
  const run = await summarize("user-7");
  assert.equal(run.kind, "answer");
  console.log(`${run.served?.variant}: ${run.text}`);
  run.feedback({ thumbs: "up" });

  const generation = events.find((event) => event.kind === "generation");
  assert.ok(generation?.kind === "generation" && generation.inputTokens !== undefined && generation.durationMs >= 19);
  assert.equal(generation.served?.variant, run.served?.variant);
  console.log(`${generation.requestModel}: ${generation.inputTokens} tokens in, ${generation.outputTokens} out`);

  // The provider is down: the flag's fallback answers, and nobody sees an error.
  models.behave("*", { errorRate: 1, errorStatus: 529 });
  const rescued = await summarize("user-7");
  assert.deepEqual([rescued.kind, rescued.outcome, rescued.served?.variant], ["reply", "fallback", "plain"]);
  assert.equal(rescued.failures[0]?.errorType, "overloaded");
  console.log(`${rescued.failures[0].errorType}, so: ${rescued.text}`);
} finally {
  await OpenFeature.close();
  await dimmer.close();
  await models.close();
}
console.log("ok");
