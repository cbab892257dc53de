/** What only Dimmer gives to AI configs, with the real server, SDK, provider and OFREP: pins, from the answer to the edit that breaks them, budgets and shadows. */

import { openAi } from "@dimmer/ai";
import { openManagement, type Operation } from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { aiPort } from "@dimmer/sdk-server/ai";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { expect, onTestFinished, test } from "vitest";
import { startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const OURS = { targetingKey: "user-1", sessionId: "session-1" };

test("[pinned-conversation] a conversation keeps its variant through ramps and restarts, here and over OFREP, until an edit takes it to 0 %", async () => {
  const server = await startServerProcess();
  const management = openManagement({ url: server.url, token: server.token });
  const change = async (operation: Operation): Promise<void> => {
    expect(await management.submitChange(PROJECT, { operations: [operation] })).toMatchObject({ status: "applied" });
  };
  await change({
    kind: "create-flag",
    flag: "chat",
    definition: {
      type: "object",
      schema: "ai-config",
      purpose: "release",
      owner: "search",
      permanent: true,
      variants: { old: { value: { reply: "old" } }, new: { value: { reply: "new" } }, plain: { value: { reply: "resting" } } },
      environments: {
        production: {
          enabled: true,
          fallback: "plain",
          pin: { by: "sessionId", for: "1h" },
          default: { split: { old: 100, new: 0 }, by: "sessionId" },
        },
      },
    },
  });
  const open = async (name: string) => {
    const dimmer = openDimmer({ url: server.url, key: server.key });
    onTestFinished(() => dimmer.close());
    await OpenFeature.setProviderAndWait(name, new DimmerProvider({ client: dimmer }));
    const ai = openAi({ client: OpenFeature.getClient(name), port: aiPort(dimmer), host: { warn: () => undefined } });
    const ask = (pin?: string) =>
      ai.config("chat", OURS, {
        fallback: { reply: "none" },
        conversation: "c-1",
        ...(pin === undefined ? {} : { pin }),
      });
    return { dimmer, ask };
  };
  onTestFinished(() => OpenFeature.clearProviders());

  const first = await open("pins-1");
  const { value, pin = "" } = await first.ask();
  expect([value, pin.split(".").length]).toEqual([{ reply: "old" }, 3]);
  await change({ kind: "ramp", flag: "chat", environment: "production", rule: "default", variant: "new", percent: 99.999 });
  await expect.poll(async () => (await first.ask()).value).toEqual({ reply: "new" });
  expect((await first.ask(pin)).value).toEqual({ reply: "old" });
  await first.dimmer.close();

  const { ask, dimmer } = await open("pins-2");
  const kept = await ask(pin);
  expect([kept.value, kept.served?.pinned, kept.pin === pin]).toEqual([{ reply: "old" }, true, true]);
  const overOfrep = async (dimmerPin: unknown, more: object = {}) => {
    const response = await fetch(`${server.url}/ofrep/v1/evaluate/flags/chat`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
      body: JSON.stringify({ context: { ...OURS, dimmerPin, ...more } }),
    });
    return (await response.json()) as { variant: string; metadata: Record<string, unknown> };
  };
  expect(await overOfrep(pin)).toMatchObject({ variant: "old", metadata: { pinned: true } });
  const stranger = await overOfrep(pin, { sessionId: "session-2" });
  expect(stranger).toMatchObject({ variant: "new", metadata: { dimmerPin: "It is another session's." } });

  await change({ kind: "stop", flag: "chat", environment: "production", variant: "old" });
  await expect.poll(async () => (await ask(pin)).value, { message: "stopped, it is broken" }).toEqual({ reply: "new" });
  await change({ kind: "restore", flag: "chat", environment: "production", variant: "old" });

  const renewed = (await ask()).pin ?? "";
  await change({ kind: "ramp", flag: "chat", environment: "production", rule: "default", variant: "new", percent: 0 });
  await expect.poll(async () => (await ask(renewed)).value, { message: "at 0 % it is broken" }).toEqual({ reply: "old" });
  const here = { flag: "chat", environment: "production" } as const;
  await change({ kind: "set-shadow", ...here, shadow: { variant: "new", percent: 100, callsPerMinute: 1 } });
  await expect.poll(() => dimmer.shadow("chat", OURS)?.variant).toBe("new");
  expect(dimmer.shadow("chat", OURS), "its minute is used up").toBeUndefined();
  await change({ kind: "set-budgets", ...here, budgets: { old: { callsPerMinute: 1 } } });
  await expect.poll(() => dimmer.takeBudget("chat", "old")).toBe(false);
  expect((await ask(pin)).served, "and a stop that is lifted mends none").not.toHaveProperty("pinned");
}, 60_000);
