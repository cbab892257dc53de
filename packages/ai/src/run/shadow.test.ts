/** Shadow runs: unseen, told apart, bounded, and never in anybody's way. */

import { expect, test } from "vitest";
import { context, mini, openSummarizer, script, summarizer } from "../../test/summarizer.ts";
import type { AiOptions } from "../ai.ts";
import { AI_LIMITS } from "../limits.ts";
import type { AiPort } from "../port.ts";
import { fakeModel, recordingPort } from "../testing/testing.ts";

const entry = { variant: "mini", value: mini, valueVersion: 4 };

function open(more: Partial<AiPort> = {}, options: Partial<AiOptions> = {}) {
  const asked: unknown[] = [];
  const shadow: AiPort["shadow"] = (flag, given) => {
    asked.push([flag, given]);
    return entry;
  };
  const port = recordingPort({ summarizer }, { shadow, ...more });
  const works: Promise<unknown>[] = [];
  const opened = openSummarizer(summarizer, { port, waitUntil: (work) => works.push(work), ...options });
  return { ...opened, port, asked, settled: () => Promise.all(works), works };
}

test("another variant is asked the same, and told apart", async () => {
  const { port, asked, read, settled } = open();
  const model = fakeModel(({ variant }) => ({ text: `of ${variant}`, outputTokens: 3 }));
  const run = await (await read()).run(model.call, { shadow: true });
  await settled();
  expect(run).toMatchObject({ text: "of opus", outcome: "model", served: { variant: "opus" } });
  expect(asked).toEqual([["summarizer", context]]);
  expect(port.of("generation")).toMatchObject([
    { served: { variant: "opus" }, outputTokens: 3 },
    { served: { flag: "summarizer", variant: "mini", valueVersion: 4 }, shadow: true, run: run.id, outputTokens: 3 },
  ]);
  expect(port.of("generation")[0]).not.toHaveProperty("shadow");
  expect([port.of("exposure").length, port.of("run").length]).toEqual([1, 1]);
});

test("only where the run says so, and Dimmer does too", async () => {
  const { asked, read, works } = open({ shadow: () => undefined });
  const model = script({ text: "a" }, { text: "b" });
  const config = await read();
  await config.run(model.call);
  expect(works).toHaveLength(0);
  await config.run(model.call, { shadow: true });
  expect([asked, model.calls.length]).toEqual([[], 2]);
  const without = openSummarizer();
  await (await without.read()).run(script({ text: "a" }).call, { shadow: true });
  expect(without.host.warnings).toEqual([
    "Dimmer AI: shadow runs come from Dimmer; without its port there are none. This is said once.",
  ]);
});

test("streams are read to their end", async () => {
  const { port, read, settled } = open();
  const model = fakeModel([{ pieces: ["a"] }, { pieces: ["b", "c"], outputTokens: 2 }]);
  await (await read()).run(model.stream, { shadow: true });
  await settled();
  expect(port.of("generation")).toMatchObject([{ shadow: true, stream: true, outputTokens: 2, finishReasons: ["stop"] }]);
});

test("what goes wrong stays in its generation, opens its breaker, and a slow one ends", async () => {
  const { host, port, read, settled } = open({}, { breaker: { failures: 1 }, timeoutMs: 100 });
  const config = await read();
  const failing = fakeModel(({ variant }) => (variant === "opus" ? { text: "a" } : { text: "late", delayMs: 500 }), { host });
  expect((await config.run(failing.call, { shadow: true })).outcome).toBe("model");
  await host.advance(100);
  await settled();
  expect(port.of("generation")[1]).toMatchObject({ shadow: true, errorType: "timeout", durationMs: 100 });
  const again = fakeModel([{ text: "a" }]);
  await config.run(again.call, { shadow: true });
  await settled();
  expect(again.calls).toHaveLength(1);
});

test("a port that throws, a value that cannot be used, a reply and a spent budget: nobody is asked", async () => {
  const ports: readonly Partial<AiPort>[] = [
    {
      shadow: () => {
        throw new Error("broken");
      },
    },
    { shadow: () => ({ ...entry, value: { provider: "openai" } }) },
    { shadow: () => ({ ...entry, value: { reply: "a" } }) },
    { takeBudget: (_flag, variant) => variant !== "mini" },
  ];
  for (const more of ports) {
    const { port, read, settled } = open(more);
    const model = script({ text: "a" });
    expect((await (await read()).run(model.call, { shadow: true })).text).toBe("a");
    await settled();
    expect([model.calls.length, port.of("generation").length]).toEqual([1, 1]);
  }
});

test("no more at once than the limit", async () => {
  const { host, read, settled } = open();
  const config = await read();
  const model = fakeModel(({ variant }) => (variant === "opus" ? { text: "a" } : { text: "b", delayMs: 50 }), { host });
  const count = AI_LIMITS.shadows + 3;
  for (let each = 0; each < count; each++) await config.run(model.call, { shadow: true });
  expect(model.calls.filter(({ variant }) => variant === "mini")).toHaveLength(AI_LIMITS.shadows);
  await host.advance(50);
  await settled();
  await config.run(model.call, { shadow: true });
  expect(model.calls.filter(({ variant }) => variant === "mini")).toHaveLength(AI_LIMITS.shadows + 1);
  await host.advance(50);
});
