/** Pins over the real evaluation, with tokens that are really signed: one conversation, one variant, unless it must not be. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { compileSnapshot, evaluate, type Pin, type Snapshot, type SnapshotFlag } from "@dimmer/evaluation";
import { describe, expect, test } from "vitest";
import { openAi, type AiOptions } from "../ai.ts";
import { AI_LIMITS } from "../limits.ts";
import { fakeHost, recordingPort, type FakeHost } from "../testing/testing.ts";
import { memoryPins, redisPins } from "./pin-stores.ts";
import type { PinStore } from "./pins.ts";

const KEY = "a key of this test";
const sign = (text: string): string => createHmac("sha256", KEY).update(text).digest("base64url");

/** A pin as a token: what it says, and that we said it. */
function tokenOf(flag: string, pin: Pin): string {
  const body = Buffer.from(JSON.stringify({ flag, pin })).toString("base64url");
  return `${body}.${sign(body)}`;
}

function pinIn(token: unknown, flag: string): Pin | undefined {
  const [body = "", signature = ""] = typeof token === "string" ? token.split(".") : [];
  const [given, own] = [Buffer.from(signature), Buffer.from(sign(body))];
  if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
  const read = JSON.parse(Buffer.from(body, "base64url").toString()) as { flag: string; pin: Pin };
  return read.flag === flag ? read.pin : undefined;
}

const values = { a: '{"reply":"A"}', b: '{"reply":"B"}', rest: '{"reply":"resting"}' };
const variant = (digest: string, more: object = {}) => ({ version: 1, digest, pinEpoch: 0, ...more });

const flag = (serves: string, more: Partial<SnapshotFlag> = {}): SnapshotFlag => ({
  revision: 1,
  type: "object",
  enabled: true,
  variants: { a: variant("a"), b: variant("b"), rest: variant("rest") },
  fallback: [{ variant: "rest" }],
  pin: { by: "sessionId", for: "1h" },
  default: { variant: serves },
  ...more,
});

/** What an SDK does for pins, over a snapshot that a test changes. */
function open(more: Partial<AiOptions> = {}, host: FakeHost = fakeHost()) {
  let chat = flag("a");
  const client = {
    async getObjectDetails(key: string, value: unknown, context: Readonly<Record<string, unknown>> = {}) {
      const snapshot: Snapshot = {
        format: 1,
        project: "demo",
        environment: "production",
        epoch: "e1",
        version: 1,
        flags: { chat },
        segments: {},
        values,
      };
      const pin = pinIn(context["dimmerPin"], key);
      const found = evaluate(compileSnapshot(snapshot), key, context, {
        now: host.now(),
        ...(pin === undefined ? {} : { pins: { [key]: pin } }),
      });
      return { ...found, value: found.value ?? value };
    },
  };
  const port = recordingPort(
    {},
    {
      pins: {
        async issue(key, _context, { variant: name, valueVersion = 1, reason }) {
          if (chat.pin === undefined) return undefined;
          const pinEpoch = chat.variants[name]?.pinEpoch ?? 0;
          const pin = {
            variant: name,
            valueVersion,
            pinEpoch,
            reason: reason as Pin["reason"],
            expiresAt: host.now() + 3_600_000,
          };
          return { token: tokenOf(key, pin), expiresInSeconds: 3_600 };
        },
      },
    },
  );
  const ai = openAi({ client, port, host, ...more });
  const ask = async (conversation: string | undefined, pin?: string, context: object = {}) => {
    const options = {
      fallback: { reply: "none" },
      ...(conversation === undefined ? {} : { conversation }),
      ...(pin === undefined ? {} : { pin }),
    };
    return ai.config("chat", { ...context }, options);
  };
  const answer = async (conversation: string, context: object = {}) =>
    ((await ask(conversation, undefined, context)).value as { reply: string }).reply;
  return { host, ask, answer, ai, edit: (next: SnapshotFlag) => (chat = next) };
}

/** As much of Redis as is used, with its expiry. */
function redisLike(host: FakeHost) {
  const entries = new Map<string, { readonly value: string; readonly untilMs: number }>();
  return {
    async get(key: string) {
      const entry = entries.get(key);
      return entry !== undefined && entry.untilMs > host.now() ? entry.value : null;
    },
    async set(key: string, value: string, { EX }: { readonly EX: number }) {
      entries.set(key, { value, untilMs: host.now() + EX * 1_000 });
      return "OK";
    },
  };
}

describe.each([
  ["memory", (host: FakeHost) => memoryPins({ host })],
  ["Redis", (host: FakeHost) => redisPins(redisLike(host))],
] as const)("kept in %s", (_name, storeIn) => {
  function openStore() {
    const host = fakeHost();
    const pins = storeIn(host);
    return { pins, ...open({ pins }, host) };
  }

  test("a conversation keeps its variant through a ramp and a restart; a new one gets the new one", async () => {
    const { pins, host, answer, edit } = openStore();
    expect(await answer("one")).toBe("A");
    edit(flag("b"));
    expect(await answer("one")).toBe("A");
    expect(await answer("two")).toBe("B");
    const restarted = open({ pins }, host);
    restarted.edit(flag("b"));
    expect(await restarted.answer("one")).toBe("A");
  });

  test("until it expires", async () => {
    const { host, answer, edit } = openStore();
    await answer("one");
    edit(flag("b"));
    await host.advance(3_600_000);
    expect(await answer("one")).toBe("B");
  });

  test("a kill, a stop and `only` override it, and a degraded answer is not kept", async () => {
    const { answer, edit } = openStore();
    await answer("one");
    edit(flag("b", { enabled: false }));
    expect(await answer("one"), "killed").toBe("resting");
    edit(flag("b", { stopped: ["a"] }));
    expect(await answer("one"), "stopped").toBe("resting");
    edit(flag("b", { variants: { ...flag("b").variants, a: variant("a", { only: { plan: "pro" } }) } }));
    expect(await answer("one", { plan: "pro" }), "whom `only` lets").toBe("A");
    expect(await answer("one", { plan: "free" }), "only").toBe("resting");
    edit(flag("b"));
    expect(await answer("one"), "what was degraded did not take its place").toBe("A");
  });

  test("what breaks pins breaks this one, and the next answer is kept", async () => {
    const { answer, edit } = openStore();
    await answer("one");
    edit(flag("b", { variants: { ...flag("b").variants, a: variant("a", { pinEpoch: 1 }) } }));
    expect(await answer("one")).toBe("B");
    edit(flag("a", { variants: { ...flag("a").variants, a: variant("a", { pinEpoch: 1 }) } }));
    expect(await answer("one")).toBe("B");
  });
});

describe("kept by the app", () => {
  test("the token is all it takes", async () => {
    const { ask, edit } = open();
    const first = await ask("one");
    expect(first.pin).toMatch(/\./);
    edit(flag("b"));
    const second = await ask("one", first.pin);
    expect([second.value, second.pin, second.served?.pinned]).toEqual([{ reply: "A" }, first.pin, true]);
  });

  test("one that was tampered with, or is another flag's, is none", async () => {
    const { ask, edit } = open();
    const { pin = "" } = await ask("one");
    edit(flag("b"));
    for (const forged of [
      `${pin}x`,
      pin.replace(/^./, "x"),
      tokenOf("other", { variant: "a", valueVersion: 1, pinEpoch: 0, reason: "STATIC" }),
    ])
      expect((await ask("one", forged)).value).toEqual({ reply: "B" });
  });

  test("a flag that does not pin gives none, nor does a call without a conversation", async () => {
    const { ask, edit } = open();
    expect(await ask(undefined)).not.toHaveProperty("pin");
    const { pin: _pin, ...unpinned } = flag("a");
    edit(unpinned);
    expect(await ask("one")).not.toHaveProperty("pin");
  });
});

describe("a store in trouble", () => {
  const check = async (pins: PinStore): Promise<void> => {
    const { ask, host } = open({ pins });
    const asking = ask("one");
    await host.advance(0);
    expect(host.pending, "a store that answers is not waited for").toBeLessThanOrEqual(pins.get === never ? 1 : 0);
    await host.advance(2 * AI_LIMITS.pinStoreMs);
    expect((await asking).value).toEqual({ reply: "A" });
    expect(host.warnings).toEqual([expect.stringContaining("the store of pins failed or took too long")]);
    expect(host.pending).toBe(0);
  };
  const never = () => new Promise<never>(() => undefined);
  const fail = () => Promise.reject(new Error("down"));
  const crash = () => {
    throw new Error("closed");
  };

  test("is waited for a while, and then decided without", async () => {
    await check({ get: never, set: never });
    await check({ get: fail, set: fail });
    await check({ get: crash, set: crash });
  });
});

test("memory is bounded", async () => {
  const pins = memoryPins({ host: fakeHost() });
  for (let count = 0; count <= AI_LIMITS.pins; count++) await pins.set(`key-${count}`, "t", 60);
  expect([await pins.get("key-0"), await pins.get("key-1")]).toEqual([undefined, "t"]);
});

test("without Dimmer there are no pins, which is said once", async () => {
  const { host, ask } = open({ port: recordingPort(), pins: memoryPins() });
  await ask("one");
  expect(await ask("one")).not.toHaveProperty("pin");
  expect(host.warnings).toEqual([
    "Dimmer AI: pins come from Dimmer; without its port a conversation may change its variant. This is said once.",
  ]);
});
