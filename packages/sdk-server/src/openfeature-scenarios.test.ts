/** The scenarios that the OpenFeature specification gives (its Gherkin suites, retold in our own flags), through the real SDK. */

import {
  AsyncLocalStorageTransactionContextPropagator,
  OpenFeature,
  ProviderStatus,
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type FlagEvaluationOptions,
  type Hook,
  type JsonValue,
} from "@openfeature/server-sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SERVER_KEY } from "../test/delivery-server.ts";
import { hastened } from "../test/hasten.ts";
import { openThings, silent } from "../test/opened.ts";
import { SAMPLES, specificationSnapshot, TARGETED_EMAIL, type SpecifiedType } from "../test/specification-flags.ts";
import { waitUntil } from "../test/wait-until.ts";
import { DimmerProvider } from "./openfeature.ts";

const { startServer } = openThings();
let client: Client;

beforeEach(async () => {
  await OpenFeature.setProviderAndWait(new DimmerProvider({ snapshot: specificationSnapshot() }));
  client = OpenFeature.getClient();
});
afterEach(async () => OpenFeature.close());

type Ask = readonly [key: string, type: SpecifiedType, fallback: JsonValue];

function details(
  [key, type, fallback]: Ask,
  context: EvaluationContext = {},
  options: FlagEvaluationOptions = {},
  asked = client,
): Promise<EvaluationDetails<JsonValue>> {
  if (type === "Boolean") return asked.getBooleanDetails(key, fallback as boolean, context, options);
  if (type === "String") return asked.getStringDetails(key, fallback as string, context, options);
  if (type === "Object") return asked.getObjectDetails(key, fallback, context, options);
  return asked.getNumberDetails(key, fallback as number, context, options);
}

describe.each(SAMPLES)("evaluation, $type", ({ type, variant, value, zero, fallback }) => {
  const key = type.toLowerCase();
  const other: SpecifiedType = type === "String" ? "Boolean" : "String";
  const otherFallback = other === "Boolean" ? false : "none";

  test.each<[string, Ask, EvaluationContext, object]>([
    [
      "Resolve values; Complete evaluation details structure; Variant field population; Structure flag evaluation",
      [key, type, fallback],
      {},
      { flagKey: key, value, variant, reason: "STATIC" },
    ],
    ["Resolves zero value", [`${key}-zero`, type, fallback], {}, { value: zero, reason: "STATIC" }],
    [
      "Resolves zero value with targeting",
      [`${key}-targeted`, type, fallback],
      { email: TARGETED_EMAIL },
      { value: zero, reason: "TARGETING_MATCH" },
    ],
    [
      "Resolves zero value with targeting using default",
      [`${key}-targeted`, type, fallback],
      { email: "nobody@example.com" },
      { value: zero, reason: "DEFAULT" },
    ],
    ["Empty evaluation context", [`${key}-targeted`, type, fallback], {}, { value: zero, reason: "DEFAULT" }],
    ["Null context values", [`${key}-targeted`, type, fallback], { email: null }, { value: zero, reason: "DEFAULT" }],
    [
      "Flag not found error",
      ["not-there", type, fallback],
      {},
      { value: fallback, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" },
    ],
    [
      "Type mismatch error",
      [key, other, otherFallback],
      {},
      { value: otherFallback, reason: "ERROR", errorCode: "TYPE_MISMATCH" },
    ],
    ["DISABLED reason", [`${key}-disabled`, type, fallback], {}, { value: fallback, reason: "DISABLED" }],
  ])("%s", async (_scenario, ask, context, expected) => {
    const found = await details(ask, context);
    expect(found).toMatchObject(expected);
    expect("errorCode" in found).toBe("errorCode" in expected);
  });

  test("Provider not ready error; Provider in fatal state error", async () => {
    const server = await startServer(specificationSnapshot());
    server.interfere(() => true);
    const waiting = new DimmerProvider({ url: server.url, key: SERVER_KEY, logger: silent });
    const opening = OpenFeature.setProviderAndWait("waiting", waiting);
    await expect(OpenFeature.setProviderAndWait("fatal", new DimmerProvider({ url: "no address" }))).rejects.toThrow(/http/u);
    for (const [domain, errorCode] of [
      ["waiting", "PROVIDER_NOT_READY"],
      ["fatal", "PROVIDER_FATAL"],
    ] as const) {
      const found = await details([key, type, fallback], {}, {}, OpenFeature.getClient(domain));
      expect(found).toMatchObject({ value: fallback, reason: "ERROR", errorCode });
    }
    await waiting.onClose();
    await expect(opening).rejects.toThrow("closed before there were flags");
  });

  test("Asynchronous flag evaluation", async () => {
    const order: string[] = [];
    const asked = details([key, type, fallback]).then(({ value: found }) => order.push("answer") && found);
    order.push("asked");
    expect(await asked).toEqual(value);
    expect(order).toEqual(["asked", "answer"]);
  });
});

test("Multiple context attributes targeting", async () => {
  const context = { email: TARGETED_EMAIL, role: "admin", age: 65, customer: false };
  expect(await details(["several", "String", "none"], context)).toMatchObject({ value: "INTERNAL", reason: "TARGETING_MATCH" });
  expect(await details(["several", "String", "none"])).toMatchObject({ value: "EXTERNAL", reason: "DEFAULT" });
});

test("Evaluation context immutability", async () => {
  const context = { email: TARGETED_EMAIL, nested: { list: [1, 2] } };
  const before = structuredClone(context);
  const found = await details(["object", "Object", {}], context);
  expect(context).toEqual(before);
  expect(Object.isFrozen(found.value)).toBe(true);
  expect(Object.isFrozen(found.flagMetadata)).toBe(true);
});

test("Provider status accessibility", async () => {
  const server = await startServer(specificationSnapshot());
  const options = { url: server.url, key: SERVER_KEY, ports: hastened, logger: silent };
  const status = (domain: string) => OpenFeature.getClient(domain).providerStatus;
  expect(client.providerStatus).toBe(ProviderStatus.READY);
  const opening = OpenFeature.setProviderAndWait("a", new DimmerProvider(options));
  expect(status("a")).toBe(ProviderStatus.NOT_READY);
  await opening;
  await server.stop();
  await waitUntil("stale", () => status("a") === ProviderStatus.STALE);
  await expect(OpenFeature.setProviderAndWait("b", new DimmerProvider({ ...options, readyTimeoutMs: 20 }))).rejects.toThrow(
    "ECONNREFUSED",
  );
  expect(status("b")).toBe(ProviderStatus.ERROR);
  await expect(OpenFeature.setProviderAndWait("c", new DimmerProvider({ url: server.url }))).rejects.toThrow(/no key/u);
  expect(status("c")).toBe(ProviderStatus.FATAL);
});

/** Notes which stages ran, and what the last one was told. */
function noting(name: string, seen: [string, unknown][]): Hook {
  return {
    before: () => void seen.push([`${name} before`, undefined]),
    after: (_context, found) => void seen.push([`${name} after`, found]),
    error: (_context, failure) => void seen.push([`${name} error`, failure]),
    finally: (_context, found) => void seen.push([`${name} finally`, found]),
  };
}

describe("evaluation details through hooks", () => {
  test("Passes evaluation details to after and finally hooks", async () => {
    const seen: [string, unknown][] = [];
    client.addHooks(noting("client", seen));
    await details(["boolean", "Boolean", false]);
    expect(seen.map(([stage]) => stage)).toEqual(["client before", "client after", "client finally"]);
    for (const [, found] of seen.slice(1)) {
      expect(found).toMatchObject({ flagKey: "boolean", value: true, variant: "on", reason: "STATIC" });
      expect(found).not.toHaveProperty("errorCode");
    }
  });

  test.each<[string, Ask, string]>([
    ["Flag not found", ["not-there", "String", "uh"], "FLAG_NOT_FOUND"],
    ["Type error", ["string", "Boolean", false], "TYPE_MISMATCH"],
  ])("%s", async (_scenario, ask, errorCode) => {
    const seen: [string, unknown][] = [];
    client.addHooks(noting("client", seen));
    await details(ask);
    expect(seen.map(([stage]) => stage)).toEqual(["client before", "client error", "client finally"]);
    expect(seen[1]?.[1]).toMatchObject({ code: errorCode });
    expect(seen[2]?.[1]).toMatchObject({ flagKey: ask[0], value: ask[2], reason: "ERROR", errorCode });
    expect(seen[2]?.[1]).not.toHaveProperty("variant");
  });

  test("Evaluation options with hooks, those of the provider innermost", async () => {
    const seen: [string, unknown][] = [];
    const provider = new DimmerProvider({ snapshot: specificationSnapshot(), hooks: [noting("provider", seen)] });
    await OpenFeature.setProviderAndWait(provider);
    OpenFeature.addHooks(noting("api", seen));
    client.addHooks(noting("client", seen));
    await details(["boolean", "Boolean", false], {}, { hooks: [noting("invocation", seen)] });
    const inward = ["api", "client", "invocation", "provider"];
    const outward = [...inward].reverse();
    expect(seen.map(([stage]) => stage)).toEqual([
      ...inward.map((name) => `${name} before`),
      ...outward.map((name) => `${name} after`),
      ...outward.map((name) => `${name} finally`),
    ]);
  });
});

test("Returns metadata: of every answer there is, texts, numbers and booleans alone", async () => {
  const overridden = new DimmerProvider({ snapshot: specificationSnapshot(), overrides: { "boolean-zero": "full" } });
  await OpenFeature.setProviderAndWait(overridden);
  const { flagMetadata } = await details(["boolean-zero", "Boolean", false]);
  expect(flagMetadata).toEqual({
    flagSetId: "demo/production",
    version: "3",
    path: "override",
    valueVersion: 1,
    overridden: true,
  });
  for (const { type, fallback } of SAMPLES) {
    const found = await details([`${type.toLowerCase()}-disabled`, type, fallback]);
    expect(found.flagMetadata).toMatchObject({ flagSetId: "demo/production", version: "3" });
  }
});

const LEVELS = ["API", "Transaction", "Client", "Invocation", "Before Hooks"] as const;

/** What the provider's rules were asked with, when the named levels each had a context. */
async function mergedContext(contextOf: (level: string) => EvaluationContext): Promise<EvaluationContext> {
  let merged: EvaluationContext = {};
  const read: Hook = { after: ({ context }) => void (merged = { ...context }) };
  const [api, transaction, ofClient, invocation, before] = LEVELS.map(contextOf);
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
  OpenFeature.setContext(api ?? {});
  client.setContext(ofClient ?? {});
  const hooks: Hook[] = [{ before: () => before }, read];
  const asked = new Promise<EvaluationDetails<JsonValue>>((resolve) => {
    OpenFeature.setTransactionContext(transaction ?? {}, () =>
      resolve(details(["several", "String", "none"], invocation, { hooks })),
    );
  });
  const { value } = await asked;
  return { ...merged, served: value };
}

describe("context merging", () => {
  test.each(LEVELS)("A context entry is added to a single level: %s", async (level) =>
    expect(await mergedContext((at) => (at === level ? { key: "value" } : {}))).toEqual({ key: "value", served: "EXTERNAL" }),
  );

  test("For a transaction and a hook, a context entry is added to each level with different keys", async () => {
    const entries = LEVELS.map((level) => [level, `${level} value`]);
    expect(await mergedContext((level) => ({ [level]: `${level} value` }))).toMatchObject(Object.fromEntries(entries));
  });

  test.each(LEVELS)("context entries in one level overwrite those of preceding levels, down to %s", async (level) => {
    const counted = LEVELS.slice(0, LEVELS.indexOf(level) + 1) as readonly string[];
    expect(await mergedContext((at) => (counted.includes(at) ? { key: at } : {}))).toMatchObject({ key: level });
  });

  test("what was merged is what the rules are decided on", async () => {
    const parts: Readonly<Record<string, EvaluationContext>> = {
      API: { customer: true, email: TARGETED_EMAIL },
      Client: { customer: false },
      "Before Hooks": { age: 65 },
    };
    expect(await mergedContext((level) => parts[level] ?? {})).toMatchObject({ served: "INTERNAL" });
  });
});
