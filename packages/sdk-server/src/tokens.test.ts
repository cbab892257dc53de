/** Signing and reading tokens through the client and the provider, with keys from a real socket. */

import { signToken, verifyToken, type TokenType } from "@dimmer/evaluation";
import { CONTEXT_TOKEN, OVERRIDES_PARAMETER, OVERRIDES_TOKEN, SIGNING_KEYS_PATH } from "@dimmer/protocol";
import { OpenFeature } from "@openfeature/server-sdk";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { afterEach, expect, test } from "vitest";
import { openThings } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import type { DeliveryServer } from "../test/delivery-server.ts";
import type { Dimmer } from "./client.ts";
import { hmacSha256 } from "./node-ports.ts";
import * as carried from "./openfeature-tokens.ts";
import { overrideTokenOf } from "./override-token.ts";
import { testDimmer } from "./testing.ts";
import { watchLookUps } from "./watch-look-ups.ts";

const things = openThings();
const { open, startServer } = things;
/** In real time: a hastened request for keys has no time on a busy machine. */
const connect = (server: DeliveryServer): Dimmer => things.connect(server, { ports: {} });
afterEach(async () => OpenFeature.close());

const KEY = { id: "sign_1", key: new Uint8Array(32).fill(7) };
const AUDIENCE = "demo/production";
const forPro = { version: 1, digest: "string-one", pinEpoch: 0, only: { plan: "pro" } } as const;
const gated = {
  ...staticFlag("string", "two"),
  variants: { one: forPro, two: staticFlag("string", "two").variants["two"] as never },
};
const rules = [{ id: "pro", when: { plan: "pro" }, serve: { variant: "one" } }];
const SNAPSHOT = testSnapshot({
  flags: {
    text: staticFlag("string", "one"),
    tier: { ...gated, rules },
    killed: { ...staticFlag("string", "one"), enabled: false },
  },
});

async function startSigning(): Promise<DeliveryServer> {
  const server = await startServer(SNAPSHOT);
  const keys = [{ id: KEY.id, key: Buffer.from(KEY.key).toString("base64url") }];
  server.interfere(({ url }, response) => {
    if (url !== SIGNING_KEYS_PATH) return false;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ audience: AUDIENCE, keys }));
    return true;
  });
  return server;
}

const made = (type: TokenType, content: Record<string, unknown>, expiresInMs = 60_000): string =>
  signToken(type, { audience: AUDIENCE, expiresAt: Date.now() + expiresInMs, content }, KEY, hmacSha256);

async function ready(client: Dimmer): Promise<Dimmer> {
  await client.ready();
  return client;
}

test("[signed-context-sdk] signs a context for an hour unless told, and reads it back", async () => {
  const client = await ready(connect(await startSigning()));
  const token = await client.signContext({ targetingKey: "user-1", plan: "pro" });
  const verify = (now: number) => verifyToken("context", token, { audience: AUDIENCE, keys: [KEY], now, hmac: hmacSha256 });
  expect(verify(Date.now() + 3_590_000)).toEqual({ content: { targetingKey: "user-1", plan: "pro" } });
  expect(verify(Date.now() + 3_601_000)).toEqual({ problem: "It has expired." });
  expect(await client.readContext(token)).toEqual({ context: { targetingKey: "user-1", plan: "pro" } });
  await expect(client.signContext({}, { expiresInSeconds: 59 })).rejects.toThrow(/from 60 to 604800/);
});

test("[override-token-sdk] the token of a request shows its variants in that request's scope", async () => {
  const client = await ready(connect(await startSigning()));
  const request = new Request("https://app.example.com/", {
    headers: { [OVERRIDES_PARAMETER]: made("overrides", { text: "two", killed: "one", tier: "one" }) },
  });
  const scope = client.scope({}, await client.readOverrides(overrideTokenOf(request)?.token));
  expect(scope.stringDetails("text", "none")).toMatchObject({ value: "sonnet", flagMetadata: { overridden: true } });
  expect(scope.stringDetails("killed", "none")).toMatchObject({ value: "sonnet", reason: "DISABLED" });
  expect(scope.stringDetails("tier", "none")).toMatchObject({ value: "sonnet", flagMetadata: { blocked: true } });
  expect(client.string("text", {}, "none")).toBe("opus");
  const stranger = client.scope({}, await client.readOverrides(made("overrides", { text: "two" }, -1_000)));
  expect(stranger.string("text", "none")).toBe("opus");
});

test("without a server nothing can be signed, and no token counts", async () => {
  const client = open({ snapshot: SNAPSHOT });
  await expect(client.signContext({})).rejects.toThrow(/could not be signed\. The signing keys are a server's/);
  expect((await client.readOverrides(made("overrides", { text: "two" }))).problem).toMatch(/could not be verified/);
});

test("OpenFeature: tokens in the context count, and no rule reads them", async () => {
  expect([carried.CONTEXT_TOKEN, carried.OVERRIDES_TOKEN]).toEqual([CONTEXT_TOKEN, OVERRIDES_TOKEN]);
  const seen: unknown[] = [];
  const client = watchLookUps(connect(await startSigning()), (context, details) => {
    seen.push(context);
    return details;
  });
  await OpenFeature.setProviderAndWait("tokens", new DimmerProvider({ client }));
  const features = OpenFeature.getClient("tokens");
  const claims = { targetingKey: "somebody", plan: "free", region: "eu" };
  const ask = (flag: string, more: Record<string, string | number>) =>
    features.getStringDetails(flag, "none", { ...claims, ...more });

  expect((await ask("tier", {})).value).toBe("sonnet");
  const signed = await ask("tier", { dimmerContext: made("context", { targetingKey: "user-1", plan: "pro" }) });
  expect(signed).toMatchObject({ value: "opus", reason: "TARGETING_MATCH", flagMetadata: { ruleId: "pro" } });
  expect(seen.at(-1)).toEqual({ targetingKey: "user-1", plan: "pro", region: "eu" });

  const shown = await ask("text", { dimmerOverrides: made("overrides", { text: "two" }) });
  expect(shown).toMatchObject({ value: "sonnet", flagMetadata: { overridden: true } });
  const late = await ask("text", { dimmerOverrides: made("overrides", { text: "two" }, -1_000), dimmerContext: 5 });
  expect(late).toMatchObject({
    value: "opus",
    reason: "STATIC",
    flagMetadata: { dimmerOverrides: "It has expired.", dimmerContext: "It is not text.", path: "default" },
  });
  for (const [asked, value] of [
    [features.getBooleanValue("text", true, { dimmerContext: "x" }), true],
    [features.getNumberValue("text", 3, { dimmerContext: "x" }), 3],
    [features.getObjectValue("text", { a: 1 }, { dimmerContext: "x" }), { a: 1 }],
  ] as const)
    expect(await asked).toEqual(value);
});

test("a test's client signs and reads with a key of its own", async () => {
  const variants = { one: { value: "opus" }, two: { value: "sonnet" } };
  const environments = { production: { enabled: true, fallback: "two", default: { variant: "one" } } };
  const text = { type: "string", purpose: "config", owner: "team", permanent: true, variants, environments };
  const client = await testDimmer({}, { document: { version: 1, flags: { text } } });
  const { overrides } = await client.readOverrides(await client.overrideToken({ text: "two" }));
  expect(client.scope({}, { overrides }).string("text", "none")).toBe("sonnet");
  expect(client.evaluations.map(({ variant }) => variant)).toEqual(["two"]);
  expect(await client.readContext(await client.signContext({ plan: "pro" }))).toEqual({ context: { plan: "pro" } });
});
