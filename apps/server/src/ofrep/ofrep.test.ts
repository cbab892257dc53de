/** OFREP over HTTP, with OpenFeature's own provider. */

import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature, type Client } from "@openfeature/server-sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlagDefinition } from "@dimmer/evaluation";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
let client: Client;
const production = (parts: object) => ({ production: { enabled: true, fallback: "a", default: { variant: "a" }, ...parts } });
const FLAGS: Readonly<Record<string, FlagDefinition>> = {
  model: SPLIT_FLAG,
  config: {
    type: "object",
    purpose: "config",
    owner: "tests",
    permanent: true,
    variants: { a: { value: { model: "m", parameters: { maxTokens: 800 } } } },
    environments: production({}),
  },
  amount: {
    type: "number",
    purpose: "config",
    owner: "tests",
    permanent: true,
    variants: { a: { value: 1 }, b: { value: 2.5 } },
    environments: production({ default: { variant: "b" } }),
  },
  enabled: {
    type: "boolean",
    purpose: "kill-switch",
    owner: "tests",
    permanent: true,
    environments: { production: { enabled: true, fallback: "off", default: { variant: "on" } } },
  },
  tiered: {
    type: "string",
    purpose: "entitlement",
    owner: "tests",
    permanent: true,
    variants: { a: { value: "small" }, b: { value: "big" } },
    environments: production({ rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "b" } }] }),
  },
};

beforeAll(async () => {
  server = await openTestServer();
  for (const [key, definition] of Object.entries(FLAGS)) await server.operate("createFlag", {}, { body: { key, definition } });
  await OpenFeature.setProviderAndWait(
    "dimmer",
    new OFREPProvider({ baseUrl: server.url, headers: [["Authorization", `Bearer ${TOKENS.server}`]] }),
  );
  client = OpenFeature.getClient("dimmer");
});
afterAll(async () => {
  await OpenFeature.close();
  await server.close();
});

describe("the OFREP provider of OpenFeature", () => {
  test("reads every type", async () => {
    expect(await client.getBooleanDetails("enabled", false)).toMatchObject({ value: true, variant: "on", reason: "STATIC" });
    expect(await client.getNumberDetails("amount", 0)).toMatchObject({ value: 2.5, variant: "b" });
    expect(await client.getObjectDetails("config", {})).toMatchObject({ value: { model: "m", parameters: { maxTokens: 800 } } });
    expect(await client.getStringDetails("tiered", "", { plan: "pro" })).toMatchObject({
      value: "big",
      reason: "TARGETING_MATCH",
      flagMetadata: { ruleId: "paid" },
    });
    expect(await client.getStringDetails("tiered", "", { plan: "free" })).toMatchObject({ value: "small", reason: "DEFAULT" });
    expect(await client.getStringDetails("model", "", { targetingKey: "user-1" })).toMatchObject({
      reason: "SPLIT",
      value: expect.stringMatching(/^[on]$/u),
    });
  });

  test("reads every failure as the code it is, and serves the default", async () => {
    expect(await client.getStringDetails("absent", "mine")).toMatchObject({
      value: "mine",
      errorCode: "FLAG_NOT_FOUND",
      reason: "ERROR",
    });
    expect(await client.getStringDetails("model", "mine")).toMatchObject({ value: "mine", errorCode: "TARGETING_KEY_MISSING" });
    expect(await client.getBooleanDetails("amount", true)).toMatchObject({ value: true, errorCode: "TYPE_MISMATCH" });
  });

  test("a killed flag with no fallback left serves the default", async () => {
    await server.operate("killFlag", { flag: "config" });
    await server.operate("stopVariant", { flag: "config" }, { body: { variant: "a" } });
    expect(await client.getObjectDetails("config", { mine: true })).toMatchObject({ value: { mine: true } });
  });

  test("a wrong key is no flag's failure", async () => {
    const provider = new OFREPProvider({ baseUrl: server.url, headers: [["Authorization", "Bearer nobody-knows-this-key"]] });
    await OpenFeature.setProviderAndWait("stranger", provider);
    expect(await OpenFeature.getClient("stranger").getStringDetails("model", "mine")).toMatchObject({
      value: "mine",
      reason: "ERROR",
    });
  });
});

test.each([
  ["a b/c", "a%20b/c"],
  ["a b/c", "a%20b%2Fc"],
  ["100%", "100%25"],
  ["%41", "%2541"],
  ["ü", "%C3%BC"],
])("the key %j arrives as %s and is decoded once", async (key, path) => {
  const answer = await server.call("POST", `/ofrep/v1/evaluate/flags/${path}`, { token: TOKENS.server, body: {} });
  expect(answer).toMatchObject({ status: 404, json: { key, errorCode: "FLAG_NOT_FOUND" } });
});

test("an answer is nobody else's: never stored by a cache", async () => {
  const answer = await server.call("POST", "/ofrep/v1/evaluate/flags/enabled", { token: TOKENS.server, body: {} });
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
});
