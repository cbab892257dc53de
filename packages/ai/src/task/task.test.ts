/** Tasks: one id over runs and steps, the active trace unless named, and one end. */

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAi, type AiOptions } from "../ai.ts";
import { fakeFlags, fakeHost, fakeModel, recordingPort } from "../testing/testing.ts";

const flags = { planner: { variant: "a", value: { provider: "openai", model: "m" } } };

function open(more: Partial<AiOptions> = {}) {
  const host = fakeHost();
  const port = recordingPort(flags);
  return { host, port, ai: openAi({ client: fakeFlags(flags), port, host, ...more }) };
}

const settings = { fallback: { reply: "" } };

test("runs and steps carry its id, and it ends once", async () => {
  const { ai, host, port } = open();
  const task = ai.task("ticket-7");
  const run = await (await task.config("planner", {}, settings)).run(fakeModel([{ text: "plan" }]).call);
  const found = task.step("retrieval", "handbook", async () => {
    await new Promise<void>((resolve) => void host.setTimer(40, resolve));
    return ["page 3"];
  });
  await host.advance(40);
  expect(await found).toEqual(["page 3"]);
  await expect(
    task.step("execute_tool", "search", () => {
      throw Object.assign(new Error("no"), { status: 503 });
    }),
  ).rejects.toThrow("no");
  task.succeed();
  task.fail();
  expect(new Set(port.events.map((event) => event.task))).toEqual(new Set(["ticket-7"]));
  expect(port.of("run")).toMatchObject([{ run: run.id }]);
  expect(port.of("step")).toMatchObject([
    { operation: "retrieval", name: "handbook", durationMs: 40 },
    { operation: "execute_tool", name: "search", errorType: "overloaded" },
  ]);
  expect(port.of("step")[0]).not.toHaveProperty("errorType");
  expect(port.of("task")).toMatchObject([{ success: true, durationMs: 40 }]);
});

test("its steps and its end are the person's whom its first config with one is for", async () => {
  const { ai, port } = open();
  const task = ai.task();
  await task.step("retrieval", "handbook", () => 1);
  for (const context of [undefined, {}, { targetingKey: "user-1" }, { targetingKey: "user-2" }])
    await task.config("planner", context, settings);
  await task.step("retrieval", "handbook", () => 1);
  task.succeed();
  expect(port.events.map(({ kind, targetingKey }) => [kind, targetingKey])).toEqual([
    ["step", undefined],
    ["step", "user-1"],
    ["task", "user-1"],
  ]);
});

test("without a name and a trace it has an id of its own, and a run alone has none", async () => {
  const { ai, port } = open();
  expect(ai.task().id).not.toBe(ai.task().id);
  await (await ai.config("planner", {}, settings)).run(fakeModel([{ text: "plan" }]).call);
  expect(port.events.every((event) => event.task === undefined)).toBe(true);
});

test("ids that are too long or empty are left out, not cut", async () => {
  const { ai, port } = open();
  for (const [targetingKey, conversation] of [
    ["x".repeat(257), "y".repeat(129)],
    ["", ""],
  ] as const) {
    const config = await ai.config("planner", { targetingKey }, { ...settings, conversation });
    await config.run(fakeModel([{ text: "plan" }]).call);
  }
  expect(port.events).toHaveLength(6);
  for (const event of port.events) {
    expect(event).not.toHaveProperty("targetingKey");
    expect(event).not.toHaveProperty("conversation");
  }
});

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

test("the active trace is the task, of OpenTelemetry's own API", async () => {
  const { ai, port } = open({ trace });
  const span = new BasicTracerProvider().getTracer("app").startSpan("POST /chat");
  await context.with(trace.setSpan(context.active(), span), async () => {
    await (await ai.config("planner", {}, settings)).run(fakeModel([{ text: "plan" }]).call);
    expect(ai.task().id).toBe(span.spanContext().traceId);
  });
  expect(port.of("run")).toMatchObject([{ task: span.spanContext().traceId }]);
  port.reset();
  await (await ai.config("planner", {}, settings)).run(fakeModel([{ text: "plan" }]).call);
  expect(port.of("run")[0]).not.toHaveProperty("task");
});
