/** Tokens in the SDK: signed with keys that are fetched when they are needed, and read without anything that can go wrong. */

import { createHmac } from "node:crypto";
import { signToken, verifyToken, type Hmac, type TokenType } from "@dimmer/evaluation";
import { OVERRIDE_TOKEN_SECONDS, SIGNING_KEYS_PATH as PROTOCOL_PATH, type SigningKeys } from "@dimmer/protocol";
import { describe, expect, test } from "vitest";
import { jsonResponse, openFakeHost, type Answer } from "../test/fake-host.ts";
import { ADDRESS } from "../test/world.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import { remoteKeys, SIGNING_KEYS_PATH } from "./signing-keys.ts";
import { openTokens, SIGNED_CONTEXT_SECONDS } from "./tokens.ts";

const hmac: Hmac = (key, text) => new Uint8Array(createHmac("sha256", key).update(text).digest());
const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const written = (id: string, fill: number) => ({ id, key: Buffer.from(bytes(fill)).toString("base64url") });
const KEYS: SigningKeys = { audience: "demo/production", keys: [written("sign_2", 0xfb), written("sign_1", 1)] };
const NEW = { id: "sign_3", key: bytes(3) };

function open(answer: (count: number) => Answer = () => jsonResponse(KEYS)) {
  const host = openFakeHost(() => answer(host.requests.length));
  const tokens = openTokens(remoteKeys(ADDRESS, host.ports), hmac, host.ports);
  const made = (type: TokenType, content: object, key = { id: "sign_1", key: bytes(1) }, audience = "demo/production") =>
    signToken(
      type,
      { audience, expiresAt: host.ports.clock.now() + 60_000, content: content as Record<string, unknown> },
      key,
      hmac,
    );
  return { host, tokens, made };
}

describe("signing", () => {
  test("with the first key, for its environment and the time that was asked for", async () => {
    const { host, tokens } = open();
    const token = await tokens.sign("context", { targetingKey: "user-1", plan: "pro" }, 60);
    const verify = (now: number) =>
      verifyToken("context", token, { audience: "demo/production", keys: [{ id: "sign_2", key: bytes(0xfb) }], now, hmac });
    expect(verify(host.ports.clock.now() + 59_000)).toEqual({ content: { targetingKey: "user-1", plan: "pro" } });
    expect(verify(host.ports.clock.now() + 60_000)).toHaveProperty("problem");
    expect(host.requests[0]).toMatchObject({ path: SIGNING_KEYS_PATH, redirect: "manual" });
    expect(host.requests[0]?.headers.get("authorization")).toBe("Bearer secret");
  });

  test.each([59, 604_801, Number.NaN, Number.POSITIVE_INFINITY, "3600", null])("not for %s seconds", async (seconds) => {
    const { tokens, host } = open();
    await expect(tokens.sign("context", {}, seconds as number)).rejects.toThrow(
      /expiresInSeconds must be a number from 60 to 604800/,
    );
    expect(host.requests).toEqual([]);
  });

  test("not what nobody would take: too long, or no context", async () => {
    const { tokens } = open();
    await expect(tokens.sign("context", { text: "x".repeat(8_192) }, 60)).rejects.toThrow(/at most 8192 are taken/);
    for (const context of [null, [], "user-1"])
      await expect(tokens.sign("context", context as never, 60)).rejects.toThrow(TypeError);
  });

  test.each<[string, () => Answer, RegExp]>([
    ["nobody is there", () => new TypeError("fetch failed"), /could not be signed\. The request for the signing keys failed/],
    ["the key is refused", () => jsonResponse({}, { status: 401 }), /the key is not accepted/],
    ["the server is older", () => jsonResponse({}, { status: 404 }), /with 404/],
    ["it answers something else", () => jsonResponse({ audience: "x" }), /is no signing keys/],
    [
      "its keys cannot be read",
      () => jsonResponse({ audience: "x", keys: [null, { id: "a", key: "*" }, { key: "aa" }] }),
      /is no signing keys/,
    ],
    ["it answers null", () => jsonResponse(null), /is no signing keys/],
    ["it answers without end", () => jsonResponse(`"${"x".repeat(300_000)}"`), /longer than 262144 bytes/],
    ["it redirects", () => jsonResponse({}, { status: 302 }), /redirected/],
  ])("says why it cannot: %s", async (_name, answer, message) => {
    await expect(open(answer).tokens.sign("context", {}, 60)).rejects.toThrow(message);
  });

  test("gives up after a while", async () => {
    const { host, tokens } = open(() => new Promise<Response>(() => {}));
    const failure = tokens.sign("context", {}, 60).catch((thrown: unknown) => thrown);
    await host.advance(ENGINE_LIMITS.signingKeysTimeoutMs);
    expect(String(await failure)).toMatch(/took longer than 3000 ms/);
    expect(host.pendingTimers).toBe(0);
  });
});

describe("reading", () => {
  test("gives what was signed, by an older key as well", async () => {
    const { tokens, made } = open();
    expect(await tokens.readContext(made("context", { plan: "pro" }))).toEqual({ context: { plan: "pro" } });
    expect(await tokens.readOverrides(made("overrides", { a: "on", b: 5 }))).toEqual({ overrides: { a: "on" } });
  });

  test("of nothing is nothing, and asks nobody", async () => {
    const { host, tokens } = open();
    expect([await tokens.readContext(undefined), await tokens.readOverrides(undefined)]).toEqual([
      { context: {} },
      { overrides: {} },
    ]);
    expect(host.requests).toEqual([]);
  });

  test("of what does not count is nothing, and why", async () => {
    const { tokens, made } = open();
    const read = async (token: unknown) => [await tokens.readOverrides(token), (await tokens.readContext(token)).context];
    const nothing = (problem: RegExp) => [{ overrides: {}, problem: expect.stringMatching(problem) as string }, {}];
    for (const token of [5, null, {}]) expect(await read(token)).toEqual(nothing(/not text/));
    expect(await read("a.b.c")).toEqual(nothing(/HS256/));
    expect((await tokens.readOverrides(made("context", {}))).problem).toMatch(/typ/);
    expect((await tokens.readOverrides(made("overrides", {}, undefined, "demo/staging"))).problem).toMatch(
      /not for demo\/production/,
    );
  });

  test("without the server says so, and is not tried again at once", async () => {
    const { host, tokens, made } = open(() => new TypeError("fetch failed"));
    const token = made("overrides", { a: "on" });
    for (const _ of [1, 2, 3]) expect((await tokens.readOverrides(token)).problem).toMatch(/could not be verified/);
    expect(host.requests).toHaveLength(1);
    await host.advance(ENGINE_LIMITS.signingKeysEveryMs);
    await tokens.readOverrides(token);
    expect(host.requests).toHaveLength(2);
  });
});

describe("the keys", () => {
  test("are fetched once for all who ask at once, and held", async () => {
    const { host, tokens, made } = open();
    await Promise.all([tokens.sign("context", {}, 60), tokens.readContext(made("context", {})), tokens.sign("context", {}, 60)]);
    await host.advance(ENGINE_LIMITS.signingKeysKeptMs - 1);
    await tokens.sign("context", {}, 60);
    expect(host.requests).toHaveLength(1);
    await host.advance(1);
    await tokens.sign("context", {}, 60);
    expect(host.requests).toHaveLength(2);
  });

  test("are asked for again where a token names one that was made since, and not for each that does", async () => {
    const { host, tokens, made } = open((count) =>
      jsonResponse(count < 3 ? KEYS : { ...KEYS, keys: [written("sign_3", 3), ...KEYS.keys] }),
    );
    const newer = made("context", { plan: "pro" }, NEW);
    await tokens.sign("context", {}, 60);
    // Fetched a moment ago: there is nothing newer to have.
    expect((await tokens.readContext(newer)).problem).toMatch(/does not know/);
    expect(host.requests).toHaveLength(1);
    await host.advance(ENGINE_LIMITS.signingKeysEveryMs);
    const read = await Promise.all(Array.from({ length: 50 }, () => tokens.readContext(newer)));
    expect(read.every(({ problem }) => problem?.includes("does not know") === true)).toBe(true);
    expect(host.requests).toHaveLength(2);
    await host.advance(ENGINE_LIMITS.signingKeysEveryMs);
    expect(await tokens.readContext(newer)).toEqual({ context: { plan: "pro" } });
    expect(host.requests).toHaveLength(3);
  });

  test("stay when the server is gone, and go when it refuses us", async () => {
    let answer: () => Answer = () => jsonResponse(KEYS);
    const { host, tokens, made } = open(() => answer());
    const token = (): string => made("context", { plan: "pro" });
    await tokens.readContext(token());
    answer = () => new TypeError("fetch failed");
    await host.advance(ENGINE_LIMITS.signingKeysKeptMs);
    expect(await tokens.readContext(token())).toEqual({ context: { plan: "pro" } });
    answer = () => jsonResponse({}, { status: 401 });
    await host.advance(ENGINE_LIMITS.signingKeysEveryMs);
    expect((await tokens.readContext(token())).problem).toMatch(/the key is not accepted/);
  });

  test("come from where the protocol says, for as long as the server's own tokens live", () => {
    expect(SIGNING_KEYS_PATH).toBe(PROTOCOL_PATH);
    const { least, most } = OVERRIDE_TOKEN_SECONDS;
    expect(SIGNED_CONTEXT_SECONDS).toMatchObject({ least, most });
  });
});
