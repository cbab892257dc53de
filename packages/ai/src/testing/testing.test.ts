/** The tools for people's tests do what their tests rely on. */

import { expect, test } from "vitest";
import { openAi } from "../ai.ts";
import { fakeFlags, fakeHost, fakeModel, FakeModelError, recordingPort } from "./testing.ts";

const flags = { chat: { variant: "a", value: { provider: "openai", model: "m" } } };
const settings = { fallback: { reply: "Resting." } };
const openChat = () => openAi({ client: fakeFlags(flags), port: recordingPort(), host: fakeHost() }).config("chat", {}, settings);

test("a script has a step for each call, and a call beyond it says so", async () => {
  const model = fakeModel([{ text: "one" }]);
  const config = await openChat();
  expect((await config.run(model.call)).text).toBe("one");
  const run = await config.run(model.call);
  expect(run.failures).toMatchObject([{ message: "The script has 1 steps, and this is call 2." }]);
  expect(run.failures[0]?.cause).toBeInstanceOf(FakeModelError);
});

test("errors of one's own, and answers by what was asked", async () => {
  const config = await openChat();
  const boom = new RangeError("boom");
  expect((await config.run(fakeModel([{ error: boom }]).call)).failures[0]?.cause).toBe(boom);
  expect((await config.run(fakeModel(({ config: { model } }) => ({ text: model })).call)).text).toBe("m");
});

test("the clock runs what is due, in order, and what that starts", async () => {
  const host = fakeHost();
  const seen: [string, number][] = [];
  const note = (name: string) => () => void seen.push([name, host.monotonicMs()]);
  host.setTimer(20, note("second"));
  host.setTimer(10, () => {
    note("first")();
    host.setTimer(15, note("third"));
  });
  host.setTimer(99, note("never"));
  const cancel = host.setTimer(5, note("cancelled"));
  cancel();
  await host.advance(50);
  expect(seen).toEqual([
    ["first", 10],
    ["second", 20],
    ["third", 25],
  ]);
  expect([host.monotonicMs(), host.pending]).toEqual([50, 1]);
});

test("flags that are not there are not found", async () => {
  expect(await fakeFlags(flags).getObjectDetails("nobody", settings.fallback)).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
});

test("a port forgets on request", async () => {
  const port = recordingPort();
  const ai = openAi({ client: fakeFlags(flags), port, host: fakeHost() });
  await (await ai.config("chat", {}, settings)).run(fakeModel([{ text: "one" }]).call);
  expect(port.of("run")).toHaveLength(1);
  port.reset();
  expect(port.events).toEqual([]);
});
