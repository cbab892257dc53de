/** What tracking adds to a call of a model: `config.run` with Dimmer's port, beside the same call made directly. */

import { openAi } from "@dimmer/ai";
import { openDimmer } from "@dimmer/sdk-server";
import { aiPort } from "@dimmer/sdk-server/ai";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { timeWork } from "../measure/main-thread-clock.mjs";
import { median } from "../measure/median.mjs";
import { playRole } from "../measure/role.mjs";

/** Enough for the kernel's clock of a thread, which moves in steps of some milliseconds. */
const CALLS = 1_000;
const ROUNDS = 15;
/** So that what was told is sent, and the queue is empty again. */
const PAUSE_MS = 1_200;
const ANSWER = {
  text: "A short one.",
  usage: { input_tokens: 800, output_tokens: 40 },
  model: "claude-sonnet-4-6",
  stop_reason: "end_turn",
};

playRole({
  /**
   * Microseconds of the main thread for a call: `bare` the call alone, `decided` with the flag read through OpenFeature and the prompt
   * filled, which an app without tracking does as well, `tracked` with all of it. Nothing here waits, so that is the latency too; events
   * go out between the rounds, as they do beside a call that takes its seconds.
   */
  async measure({ port, key }) {
    const dimmer = openDimmer({ url: `http://127.0.0.1:${port}`, key });
    await OpenFeature.setProviderAndWait(new DimmerProvider({ client: dimmer }));
    const client = OpenFeature.getClient();
    const ai = openAi({ client, port: aiPort(dimmer) });
    const ask = async () => ANSWER;
    const reader = {
      answer: ({ text, usage, model }) => ({
        text,
        responseModel: model,
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        finishReasons: ["stop"],
      }),
    };
    const options = { fallback: { reply: "Later." }, variables: { text: "Whales are mammals." } };
    const context = (n) => ({ targetingKey: `person-${n % 500}`, plan: "pro" });
    const ways = {
      bare: async () => await ask(),
      decided: async (n) => {
        await ai.config("summarizer", context(n), options);
        await ask();
      },
      tracked: async (n) => {
        const config = await ai.config("summarizer", context(n), options);
        const run = await config.run((attempt) => attempt.track(ask(), reader));
        if (run.kind !== "answer") throw new Error(`a run ended as ${run.outcome}`);
      },
    };
    const took = { bare: [], decided: [], tracked: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, way] of Object.entries(ways)) {
        const { cpuMs } = await timeWork(async () => {
          for (let n = 0; n < CALLS; n++) await way(n);
        });
        took[name].push((cpuMs * 1_000) / CALLS);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const { dropped } = dimmer.events;
    await OpenFeature.close();
    await dimmer.close();
    if (dropped > 0) throw new Error(`${dropped} events were dropped`);
    return Object.fromEntries(Object.entries(took).map(([name, all]) => [name, median(all)]));
  },
});
