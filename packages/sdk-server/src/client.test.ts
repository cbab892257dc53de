/** The look-ups: typed, synchronous, and never throwing. */

import type { ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { openThings, silent } from "../test/opened.ts";
import { waitUntil } from "../test/wait-until.ts";
import type { Dimmer } from "./client.ts";
import { openDimmer } from "./open-dimmer.ts";
import { DimmerProvider } from "./openfeature.ts";

const { open, connect, startServer } = openThings();
const fallback = { model: "fallback" };

function openOn(more: Parameters<typeof testSnapshot>[0] = {}): Dimmer {
  return open({ snapshot: testSnapshot(more) });
}

/** A client whose server has its question, and answers it when told. */
async function openWaiting(): Promise<{ client: Dimmer; letFlagsCome: () => void }> {
  const server = await startServer(testSnapshot());
  const held: ServerResponse[] = [];
  server.interfere((_request, response) => held.push(response) > 0);
  const client = connect(server);
  await waitUntil("the question", () => held.length === 1);
  const body = JSON.stringify(testSnapshot());
  return { client, letFlagsCome: () => void held[0]?.writeHead(200, { "content-type": "application/json" }).end(body) };
}

test("each type, from the moment a snapshot is there", async () => {
  const client = openOn();
  expect(client.boolean("bool", {}, false)).toBe(true);
  expect(client.string("text", {}, "none")).toBe("opus");
  expect(client.number("num", {}, 1)).toBe(0.7);
  expect(client.object("obj", {}, fallback)).toEqual({ model: "opus", parameters: { maxTokens: 800 } });
  expect(await client.ready()).toEqual({ isReady: true, status: "READY", source: { kind: "bootstrap" } });
  expect(client.snapshotVersion).toEqual({ epoch: "e1", version: 1 });
  expect(client.staleForMs).toBe(0);
});

test("details are the evaluation itself: shared and frozen", () => {
  const client = openOn();
  client.booleanDetails("bool", {}, false);
  const details = client.booleanDetails("bool", {}, false);
  expect(details).toMatchObject({
    flagKey: "bool",
    value: true,
    variant: "one",
    reason: "STATIC",
    flagMetadata: { flagSetId: "demo/production" },
  });
  expect(client.booleanDetails("bool", { targetingKey: "b" }, false)).toBe(details);
  expect(client.stringDetails("text", {}, "").value).toBe("opus");
  expect(client.numberDetails("num", {}, 0).value).toBe(0.7);
  const { value } = client.objectDetails("obj", {}, fallback);
  expect(Object.isFrozen(value)).toBe(true);
  expect(client.objectDetails("obj", {}, fallback).value).toBe(value);
});

test.each<[string, (client: Dimmer) => unknown, object]>([
  [
    "an unknown flag",
    (client) => client.booleanDetails("nobody", {}, true),
    { value: true, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" },
  ],
  [
    "a text asked for as boolean",
    (client) => client.booleanDetails("text", {}, true),
    { value: true, reason: "ERROR", errorCode: "TYPE_MISMATCH" },
  ],
  [
    "a boolean asked for as text",
    (client) => client.stringDetails("bool", {}, "d"),
    { value: "d", reason: "ERROR", errorCode: "TYPE_MISMATCH" },
  ],
  [
    "an object asked for as number",
    (client) => client.numberDetails("obj", {}, 3),
    { value: 3, reason: "ERROR", errorCode: "TYPE_MISMATCH" },
  ],
  [
    "a number asked for as object",
    (client) => client.objectDetails("num", {}, fallback),
    { value: fallback, reason: "ERROR", errorCode: "TYPE_MISMATCH" },
  ],
  [
    "a context that is none",
    (client) => client.booleanDetails("bool", 5 as never, false),
    { value: false, reason: "ERROR", errorCode: "INVALID_CONTEXT" },
  ],
  [
    "killed with nothing left to fall back to",
    (client) => client.booleanDetails("dead", {}, true),
    { value: true, reason: "DISABLED" },
  ],
])("%s", (_name, ask, expected) => {
  const dead = { ...staticFlag("boolean", "one"), enabled: false, fallback: [] };
  const details = ask(openOn({ flags: { ...testSnapshot().flags, dead } }));
  expect(details).toMatchObject(expected);
  expect(details).not.toHaveProperty("variant");
});

test("values alone give the default in the same cases", () => {
  const client = openOn();
  expect(client.boolean("nobody", {}, true)).toBe(true);
  expect(client.string("bool", {}, "d")).toBe("d");
  expect(client.number("bool", {}, 3)).toBe(3);
  expect(client.object("bool", {}, fallback)).toBe(fallback);
});

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error("get");
    },
    getPrototypeOf() {
      throw new Error("getPrototypeOf");
    },
    has() {
      throw new Error("has");
    },
    ownKeys() {
      throw new Error("ownKeys");
    },
    getOwnPropertyDescriptor() {
      throw new Error("getOwnPropertyDescriptor");
    },
  },
);
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;

const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  0,
  -0,
  Number.NaN,
  5n,
  "",
  "bool",
  "__proto__",
  "constructor",
  "toString",
  "then",
  Symbol("s"),
  [],
  ["bool"],
  {},
  cyclic,
  throwing,
  revoked.proxy,
  () => "bool",
  new Date(0),
  "x".repeat(1_000_000),
  {
    toString() {
      throw new Error("toString");
    },
  },
];

test("nothing makes a look-up throw: any key, any context, before, during and after", async () => {
  const asking = {
    ...staticFlag("boolean", "two"),
    rules: [{ id: "r", when: { plan: "pro", "a.b": { gt: 3 } }, serve: { variant: "one" } }],
  };
  const split = {
    algorithm: "sha1-slot-v1",
    slots: 100_000,
    salt: "s",
    by: "targetingKey",
    offset: 0,
    ranges: [[0, 100_000, "one"]],
  } as const;
  const rolling = {
    ...staticFlag("boolean", "two"),
    default: {
      split: {
        ...split,
        ranges: [
          [0, 50_000, "one"],
          [50_000, 100_000, "two"],
        ],
      },
    },
  } as const;
  const running = open({ snapshot: testSnapshot({ flags: { bool: asking, rolling } }) });
  const waiting = open({ url: "http://127.0.0.1:1", key: "k" });
  const closed = open({ snapshot: testSnapshot({ flags: { bool: asking, rolling } }) });
  await closed.close();
  for (const client of [running, waiting, closed]) {
    for (const key of [...HOSTILE, "rolling"] as string[]) {
      for (const context of HOSTILE as object[] as Record<string, unknown>[]) {
        expect(typeof client.boolean(key, context, true)).toBe("boolean");
        expect(typeof client.booleanDetails(key, context, true).value).toBe("boolean");
        expect(client.stringDetails(key, context, "d").value).toBe("d");
        expect(client.number(key, context, 7)).toBe(7);
        expect(client.object(key, context, fallback)).toBe(fallback);
        expect(client.explain(key, context).evaluation).toBeDefined();
      }
    }
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("before the first snapshot: the default, PROVIDER_NOT_READY, and ready() says why", async () => {
  const client = open({ url: "http://127.0.0.1:1", key: "k" });
  expect(client.boolean("bool", {}, true)).toBe(true);
  expect(client.booleanDetails("bool", {}, true)).toMatchObject({
    value: true,
    reason: "ERROR",
    errorCode: "PROVIDER_NOT_READY",
  });
  expect(client.explain("bool", {})).toMatchObject({ evaluation: { errorCode: "PROVIDER_NOT_READY" }, trace: [] });
  expect(client.snapshotVersion).toBeUndefined();
  const readiness = await client.ready({ timeoutMs: 300 });
  expect(readiness).toMatchObject({ isReady: false, status: "ERROR", failure: { code: "network" } });
});

test.each([Number.POSITIVE_INFINITY, 30 * 86_400_000])("ready({ timeoutMs: %d }) waits for flags", async (timeoutMs) => {
  const { client, letFlagsCome } = await openWaiting();
  const waiting = client.ready({ timeoutMs });
  letFlagsCome();
  expect(await waiting).toMatchObject({ isReady: true });
});

test.each<[unknown, string]>([
  [Number.NaN, "timeoutMs must be at least 0 milliseconds, not NaN."],
  [-1, "timeoutMs must be at least 0 milliseconds, not -1."],
  ["soon", 'timeoutMs must be milliseconds as a number, not "soon".'],
])("ready({ timeoutMs: %s }) is a mistake that is told at once", async (timeoutMs, message) => {
  await expect(openOn().ready({ timeoutMs: timeoutMs as number })).rejects.toThrow(new TypeError(message));
  expect(() => new DimmerProvider({ snapshot: testSnapshot(), readyTimeoutMs: timeoutMs as number })).toThrow(
    new TypeError(message.replace("timeoutMs", "readyTimeoutMs")),
  );
});

test("ready() does not wait for a client that is closed", async () => {
  const client = open({ url: "http://127.0.0.1:1", key: "k" });
  const waiting = client.ready({ timeoutMs: 60_000 });
  await client.close();
  expect(await waiting).toMatchObject({ isReady: false, status: "CLOSED" });
});

test("after close: the last known value with its reason, marked stale", async () => {
  const client = openOn();
  await client.flush();
  await client.close();
  await client.close();
  expect(client.boolean("bool", {}, false)).toBe(true);
  expect(client.booleanDetails("bool", {}, false)).toMatchObject({
    value: true,
    reason: "STATIC",
    flagMetadata: { stale: true, flagSetId: "demo/production" },
  });
  expect(client.booleanDetails("nobody", {}, false)).toMatchObject({
    errorCode: "FLAG_NOT_FOUND",
    flagMetadata: { stale: true },
  });
  expect(client.status).toBe("CLOSED");
});

test("overrides", () => {
  const client = open({ snapshot: testSnapshot(), overrides: { text: "two" } });
  expect(client.stringDetails("text", {}, "")).toMatchObject({
    value: "sonnet",
    reason: "STATIC",
    flagMetadata: { overridden: true },
  });
  expect(client.string("text", {}, "")).toBe("sonnet");
  expect(client.boolean("bool", {}, false)).toBe(true);
});

test("explain tells the steps", () => {
  const { evaluation, trace } = openOn().explain("bool", {});
  expect(evaluation.value).toBe(true);
  expect(trace.map(({ step }) => step)).toContain("default");
});

test("without a logger, a client without flags warns the process, once, and never shows its key", async () => {
  const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const client = openDimmer({ url: "http://127.0.0.1:1", key: "very-secret" });
  try {
    await client.ready({ timeoutMs: 2_000 });
    const expected = "Dimmer: There are no flags yet. The request for the snapshot failed: bad port.";
    expect(emitWarning.mock.calls).toEqual([[expected, "DimmerWarning"]]);
  } finally {
    await client.close();
    emitWarning.mockRestore();
  }
});

test("the logger may be console: it hears sentences", async () => {
  const heard: string[] = [];
  const client = open({ url: "http://127.0.0.1:1", key: "k", logger: { ...silent, error: (message) => heard.push(message) } });
  await client.ready({ timeoutMs: 100 });
  expect(heard).toHaveLength(1);
});
