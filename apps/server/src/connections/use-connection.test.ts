/** Calls through connections: which one, within its budget, counted and audited, and whatever the provider does. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { author, EVERYWHERE } from "../access/sample-ports.contract.ts";
import { PROVIDER_LIMITS } from "../providers/ask-model.ts";
import { prepareCall } from "../providers/prepare-call.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";
import { updateConnection } from "./connections.ts";
import { answer, openTestProvider, PLACE, SECRET, type TestProvider } from "./sample-provider.contract.ts";
import { chooseConnection, makeCalls } from "./use-connection.ts";

let shop: TestProvider;
beforeEach(async () => (shop = await openTestProvider()));
afterEach(() => shop.close());

describe("the one for a config", () => {
  const none = (message: string) => ({ type: "no_connection", httpStatus: null, message });
  const connection = (id: string, region: string | null, of = "openai") =>
    ({ id, name: id, provider: of, region }) as ConnectionRecord;
  const all = [
    connection("claude", null, "anthropic"),
    connection("eu", "eu"),
    connection("plain", null),
    connection("us", "us"),
  ];
  const CASES: readonly (readonly [string, { provider: string; region?: string }, string | undefined, object])[] = [
    ["without a region, one without", { provider: "openai" }, undefined, { id: "plain" }],
    ["of its region", { provider: "openai", region: "eu" }, undefined, { id: "eu" }],
    ["of its provider", { provider: "anthropic" }, undefined, { id: "claude" }],
    ["that is named", { provider: "openai" }, "us", { id: "us" }],
    [
      "that is named, but of another provider",
      { provider: "openai" },
      "claude",
      none("The connection claude is not one for openai."),
    ],
    ["that is not there", { provider: "openai" }, "gone", none("production has no connection gone.")],
  ];
  test.each(CASES)("%s", (_name, config, named, expected) => {
    expect(chooseConnection(all, { model: "m", ...config }, PLACE, named)).toMatchObject(expected);
  });

  test("[region-held] is never one of another region, named or not", () => {
    const choose = (provider: string, region: string, named?: string) =>
      chooseConnection(all, { model: "m", provider, region }, PLACE, named);
    const make = "Make one: dimmer connections create.";
    expect(choose("openai", "ch")).toEqual(none(`production has no connection for openai in region ch. ${make}`));
    expect(choose("anthropic", "eu")).toEqual(none(`production has no connection for anthropic in region eu. ${make}`));
    expect(choose("openai", "eu", "us")).toEqual(none("The connection us is not one for openai in region eu."));
    expect(choose("openai", "eu", "plain")).toEqual(none("The connection plain is not one for openai in region eu."));
  });
});

describe("a call", () => {
  test("asks as little as it can, and is counted, priced and audited", async () => {
    const record = await shop.make();
    expect(await shop.ask(record)).toEqual({
      text: "ok",
      responseModel: "gpt-4o-mini",
      finishReasons: ["stop"],
      refused: false,
      toolCalls: 0,
      inputTokens: 1_000,
      outputTokens: 100,
      cacheReadInputTokens: null,
      reasoningOutputTokens: null,
      costMicroUsd: 210,
      durationMs: 0,
      failure: null,
    });
    expect(shop.asked).toMatchObject([{ path: "/v1/chat/completions", body: { max_completion_tokens: 16, stream: false } }]);
    expect(shop.asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      "user-agent": expect.stringContaining("(test)") as string,
    });
    const used = {
      calls: 1,
      failures: 0,
      unpriced: 0,
      inputTokens: 1_000,
      outputTokens: 100,
      costMicroUsd: 210,
      reservedMicroUsd: 0,
    };
    expect(await shop.today(record)).toMatchObject(used);
    const [row] = await shop.audit();
    expect(row).toMatchObject({
      action: "connection.use",
      details: { connection: record.id, purpose: "test", flag: null, calls: [{ variant: null, model: "gpt-4o-mini" }] },
    });
  });

  test("speaks Anthropic's format where it is told to", async () => {
    const record = await shop.make({ provider: "anthropic", baseUrl: shop.url });
    shop.respond = answer({ choices: undefined, content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" });
    expect(await shop.ask(record, "claude-sonnet-4-6")).toMatchObject({ text: "ok", failure: null });
    expect(shop.asked).toMatchObject([{ path: "/v1/messages", headers: { "x-api-key": SECRET }, body: { max_tokens: 16 } }]);
    expect(shop.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  test("[budget-held] is refused before it leaves when the day's budget is spent, and the next day is another", async () => {
    const record = await shop.make({ dailyBudgetMicroUsd: 215 });
    expect((await shop.ask(record)).failure).toBeNull();
    expect((await shop.ask(record)).failure).toMatchObject({
      type: "budget",
      message: expect.stringContaining("$0.00000500 of $0.000215 left") as string,
    });
    expect(shop.asked).toHaveLength(1);
    expect(await shop.today(record)).toMatchObject({ calls: 1, costMicroUsd: 210 });
    shop.now += 12 * 3_600_000;
    expect((await shop.ask(record)).failure).toBeNull();
    await updateConnection(shop.ports, EVERYWHERE, PLACE, record.id, { dailyBudgetMicroUsd: null });
    expect((await shop.ask(record)).failure).toBeNull();
  });

  test("side by side they hold back from each other what they may cost", async () => {
    const record = await shop.make({ dailyBudgetMicroUsd: 40 });
    const call = prepareCall(record, { provider: "openai", model: "gpt-4o-mini", messages: [], parameters: { maxTokens: 50 } });
    const use = { ...PLACE, purpose: "playground", right: "playground.run", flag: "f" } as const;
    const plan = { connection: record, call, variant: "v" };
    const answers = await makeCalls(shop.ports, EVERYWHERE, use, [plan, plan], new AbortController().signal);
    expect(answers.map(({ failure }) => failure?.type ?? null)).toEqual([null, "budget"]);
    const [row] = await shop.audit();
    expect(row).toMatchObject({ details: { flag: "f", calls: [{ variant: "v", model: "gpt-4o-mini" }] } });
  });

  test("[unknown-is-not-nothing] of an unknown price needs a connection without a budget; untold usage stays held back", async () => {
    const record = await shop.make();
    expect((await shop.ask(record, "house-model-2")).failure).toMatchObject({
      type: "budget",
      message: expect.stringContaining("No price of house-model-2 is known") as string,
    });
    const free = await shop.make({ name: "free", dailyBudgetMicroUsd: null });
    shop.respond = answer({ model: "house-model-2" });
    expect(await shop.ask(free, "house-model-2")).toMatchObject({ costMicroUsd: null, inputTokens: 1_000 });
    expect(await shop.today(free)).toMatchObject({ calls: 1, unpriced: 1, costMicroUsd: 0 });
    shop.respond = answer({ usage: undefined });
    expect(await shop.ask(record)).toMatchObject({ costMicroUsd: null, inputTokens: null, failure: null });
    const day = await shop.today(record);
    expect(day).toMatchObject({ unpriced: 1, costMicroUsd: 0 });
    expect(day?.reservedMicroUsd).toBeGreaterThan(0);
  });

  test("that the provider refuses costs nothing; one that breaks off may have", async () => {
    const record = await shop.make();
    shop.respond = answer({ error: { message: "Slow\ndown", type: "rate_limit_error" } }, 429);
    expect((await shop.ask(record)).failure).toEqual({
      type: "rate_limited",
      httpStatus: 429,
      message: "The provider answered 429: Slow down",
    });
    expect(await shop.today(record)).toMatchObject({ calls: 1, failures: 1, unpriced: 0, reservedMicroUsd: 0 });
    shop.respond = (response) => void response.destroy();
    expect((await shop.ask(record)).failure).toMatchObject({ type: "network", httpStatus: null });
    expect(await shop.today(record)).toMatchObject({ calls: 2, failures: 2, unpriced: 1 });
  });

  test("A58 follows no redirect, and takes no answer that is none or too large", async () => {
    const record = await shop.make();
    shop.respond = (response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    expect((await shop.ask(record)).failure).toMatchObject({ httpStatus: 302 });
    shop.respond = (response) => void response.writeHead(200).end("<html>");
    expect((await shop.ask(record)).failure?.message).toContain("does not speak the format openai");
    shop.respond = (response) => void response.writeHead(200).end(Buffer.alloc(PROVIDER_LIMITS.answerBytes + 1, 32));
    expect((await shop.ask(record)).failure?.message).toBe("The answer could not be read to its end.");
    expect(shop.asked).toHaveLength(3);
  });

  test("is given up with whoever asked, and ends with its time", async () => {
    const record = await shop.make();
    const controller = new AbortController();
    shop.respond = () => controller.abort();
    expect((await shop.ask(record, undefined, controller.signal)).failure).toMatchObject({ type: "aborted" });
    shop.respond = () => undefined;
    const parameters = { maxTokens: 1, timeoutMs: 60 };
    const call = prepareCall(record, { provider: "openai", model: "gpt-4o-mini", messages: [], parameters });
    const use = { ...PLACE, purpose: "playground", right: "playground.run", flag: "f" } as const;
    const [late] = await makeCalls(
      shop.ports,
      EVERYWHERE,
      use,
      [{ connection: record, call, variant: "v" }],
      new AbortController().signal,
    );
    expect(late?.failure).toMatchObject({ type: "timeout", message: "The provider gave no whole answer within 0.06 s." });
  });

  test("is not made once the right is gone or the connection was changed", async () => {
    const record = await shop.make();
    const call = prepareCall(record, { provider: "openai", model: "gpt-4o-mini", messages: [] });
    const use = { ...PLACE, purpose: "playground", right: "playground.run", flag: "f" } as const;
    const viewer = author("shop", null, "viewer");
    const plan = { connection: record, call, variant: "v" };
    const { signal } = new AbortController();
    await expect(makeCalls(shop.ports, viewer, use, [plan], signal)).rejects.toMatchObject({ code: "forbidden" });
    await updateConnection(shop.ports, EVERYWHERE, PLACE, record.id, { secret: "a-newer-credential" });
    const [answered] = await makeCalls(shop.ports, EVERYWHERE, use, [plan], signal);
    expect(answered?.failure).toMatchObject({
      type: "no_connection",
      message: expect.stringContaining("just changed") as string,
    });
    expect(shop.asked).toEqual([]);
  });
});
