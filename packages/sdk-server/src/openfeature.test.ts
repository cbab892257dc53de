/** The provider, through the real OpenFeature SDK. */

import {
  FirstMatchStrategy,
  InMemoryProvider,
  MultiProvider,
  OpenFeature,
  ProviderEvents,
  ProviderStatus,
  type Client,
  type Provider,
} from "@openfeature/server-sdk";
import { afterEach, describe, expect, test } from "vitest";
import { SERVER_KEY } from "../test/delivery-server.ts";
import { hastened } from "../test/hasten.ts";
import { openThings, silent } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { waitUntil } from "../test/wait-until.ts";
// By its published name, so that the entry itself is under test.
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import type { TrackedEvent } from "./track.ts";

const { open, startServer } = openThings();
afterEach(async () => OpenFeature.close());

let domains = 0;
async function clientOf(provider: Provider): Promise<Client> {
  const domain = `domain-${(domains += 1)}`;
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

test("every type, with its details", async () => {
  const client = await clientOf(new DimmerProvider({ snapshot: testSnapshot() }));
  expect(client.providerStatus).toBe(ProviderStatus.READY);
  expect(client.metadata.providerMetadata).toEqual({ name: "dimmer" });
  expect(await client.getBooleanValue("bool", false)).toBe(true);
  expect(await client.getStringValue("text", "")).toBe("opus");
  expect(await client.getNumberValue("num", 0)).toBe(0.7);
  expect(await client.getObjectValue("obj", {})).toEqual({ model: "opus", parameters: { maxTokens: 800 } });
  expect(await client.getBooleanDetails("bool", false, { targetingKey: "a" })).toMatchObject({
    flagKey: "bool",
    value: true,
    variant: "one",
    reason: "STATIC",
    flagMetadata: { flagSetId: "demo/production", path: "default", valueVersion: 1, version: "1" },
  });
});

test("error codes come with the default and without a variant", async () => {
  const client = await clientOf(new DimmerProvider({ snapshot: testSnapshot() }));
  expect(await client.getBooleanDetails("nobody", true)).toMatchObject({
    value: true,
    reason: "ERROR",
    errorCode: "FLAG_NOT_FOUND",
  });
  const mismatch = await client.getNumberDetails("text", 3);
  expect(mismatch).toMatchObject({
    value: 3,
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
    errorMessage: "The flag serves a string, not a number.",
  });
  expect(mismatch).not.toHaveProperty("variant");
  expect(await client.getObjectDetails("bool", [1])).toMatchObject({ value: [1], errorCode: "TYPE_MISMATCH" });
  expect(await client.getStringDetails("bool", "d")).toMatchObject({ value: "d", errorCode: "TYPE_MISMATCH" });
});

test("disabled with nothing left: the default, no error code, no variant", async () => {
  const dead = { ...staticFlag("boolean", "one"), enabled: false, fallback: [] };
  const client = await clientOf(new DimmerProvider({ snapshot: testSnapshot({ flags: { dead } }) }));
  const details = await client.getBooleanDetails("dead", true);
  expect(details).toMatchObject({ value: true, reason: "DISABLED" });
  expect(details).not.toHaveProperty("errorCode");
  expect(details).not.toHaveProperty("variant");
});

test("ready, changed, stale and ready again", async () => {
  const server = await startServer(testSnapshot());
  const provider = new DimmerProvider({ url: server.url, key: SERVER_KEY, ports: hastened, logger: silent });
  const client = await clientOf(provider);
  const events: [string, unknown][] = [];
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error, ProviderEvents.ConfigurationChanged])
    client.addHandler(event, (details) => void events.push([event, (details as { flagsChanged?: unknown }).flagsChanged]));
  await waitUntil("the handler of a provider that is ready already", () => events.length === 1);

  await waitUntil("the stream", () => server.openStreams === 1);
  server.publish({ flags: { bool: staticFlag("boolean", "two", 2) } });
  await waitUntil("the change", () => events.length === 2);
  expect(await client.getBooleanValue("bool", true)).toBe(false);

  await server.stop();
  await waitUntil("stale", () => client.providerStatus === ProviderStatus.STALE);
  expect(await client.getBooleanDetails("bool", true)).toMatchObject({
    value: false,
    reason: "STATIC",
    flagMetadata: { stale: true },
  });
  await server.restart();
  await waitUntil("ready again", () => client.providerStatus === ProviderStatus.READY);
  expect(events).toEqual([
    [ProviderEvents.Ready, undefined],
    [ProviderEvents.ConfigurationChanged, ["bool"]],
    [ProviderEvents.Stale, undefined],
    [ProviderEvents.Ready, undefined],
  ]);
});

test("a provider without flags in time is in error, answers defaults, and becomes ready by itself", async () => {
  const server = await startServer(testSnapshot());
  await server.stop();
  const provider = new DimmerProvider({ url: server.url, key: SERVER_KEY, ports: hastened, logger: silent, readyTimeoutMs: 50 });
  const domain = "late";
  await expect(OpenFeature.setProviderAndWait(domain, provider)).rejects.toThrow(/ECONNREFUSED/);
  const client = OpenFeature.getClient(domain);
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  expect(await client.getBooleanDetails("bool", false)).toMatchObject({ value: false, errorCode: "PROVIDER_NOT_READY" });
  await server.restart();
  await waitUntil("ready", () => client.providerStatus === ProviderStatus.READY);
  expect(await client.getBooleanValue("bool", false)).toBe(true);
});

test.each([401, 403])(
  "a key that is refused with %i is an error at once, not fatal, and ready once it is accepted",
  async (status) => {
    const server = await startServer(testSnapshot());
    server.interfere((_request, response) => {
      response.writeHead(status).end();
      return true;
    });
    const provider = new DimmerProvider({
      url: server.url,
      key: SERVER_KEY,
      ports: hastened,
      logger: silent,
      readyTimeoutMs: 3_600_000,
    });
    const domain = `refused-${status}`;
    const events: unknown[] = [];
    const client = OpenFeature.getClient(domain);
    for (const event of [ProviderEvents.Error, ProviderEvents.Ready]) client.addHandler(event, () => void events.push(event));
    const codes: unknown[] = [];
    provider.events.addHandler(ProviderEvents.Error, (details) => void codes.push(details?.errorCode));
    await expect(OpenFeature.setProviderAndWait(domain, provider)).rejects.toMatchObject({
      code: "PROVIDER_NOT_READY",
      message: expect.stringContaining(`${server.url} answered the request for the snapshot with ${status}`) as string,
    });
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getBooleanDetails("bool", false)).toMatchObject({ value: false, errorCode: "PROVIDER_NOT_READY" });
    await waitUntil("another refusal", () => codes.length > 0);
    server.interfere(undefined);
    await waitUntil("ready", () => client.providerStatus === ProviderStatus.READY);
    expect(await client.getBooleanValue("bool", false)).toBe(true);
    expect(events[0]).toBe(ProviderEvents.Error);
    expect(events.at(-1)).toBe(ProviderEvents.Ready);
    expect(new Set(codes)).toEqual(new Set(["PROVIDER_NOT_READY"]));
  },
);

test("closing the provider closes its own client, but not the app's", async () => {
  const mine = open({ snapshot: testSnapshot() });
  const provider = new DimmerProvider({ client: mine });
  expect(await (await clientOf(provider)).getBooleanValue("bool", false)).toBe(true);
  await OpenFeature.clearProviders();
  expect(mine.status).toBe("READY");

  const server = await startServer(testSnapshot());
  const own = new DimmerProvider({ url: server.url, key: SERVER_KEY, logger: silent });
  await clientOf(own);
  await waitUntil("the stream", () => server.openStreams === 1);
  await OpenFeature.clearProviders();
  await waitUntil("the end of the stream", () => server.openStreams === 0);
  expect(await own.resolveBooleanEvaluation("bool", true, {})).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY" });
});

test("a provider can be set again after it was closed", async () => {
  const provider = new DimmerProvider({ snapshot: testSnapshot() });
  await clientOf(provider);
  await OpenFeature.clearProviders();
  expect(await (await clientOf(provider)).getBooleanValue("bool", false)).toBe(true);
});

describe("among several providers", () => {
  const inMemory = () => new InMemoryProvider({ elsewhere: { variants: { on: true }, defaultVariant: "on", disabled: false } });

  test("a flag that is not here is asked of the next one; events, hooks and tracked events pass", async () => {
    const server = await startServer(testSnapshot());
    const tracked: TrackedEvent[] = [];
    const asked: string[] = [];
    const ours = new DimmerProvider({
      url: server.url,
      key: SERVER_KEY,
      ports: hastened,
      logger: silent,
      tracker: (event) => tracked.push(event),
      hooks: [{ before: ({ flagKey }) => void asked.push(flagKey) }],
    });
    const client = await clientOf(new MultiProvider([{ provider: ours }, { provider: inMemory() }], new FirstMatchStrategy()));
    expect(await client.getBooleanDetails("bool", false)).toMatchObject({ value: true, variant: "one" });
    expect(await client.getBooleanDetails("elsewhere", false)).toMatchObject({ value: true, variant: "on" });
    client.track("checkout", { targetingKey: "u" });
    expect(tracked).toMatchObject([{ name: "checkout", context: { targetingKey: "u" } }]);
    expect(asked).toEqual(["bool", "elsewhere"]);
    const changed: unknown[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changed.push(details));
    await waitUntil("the stream", () => server.openStreams === 1);
    server.publish({ flags: { bool: staticFlag("boolean", "two", 2) } });
    await waitUntil("the change", () => changed.length === 1);
    expect(changed).toMatchObject([{ flagsChanged: ["bool"] }]);
  });

  test("two of ours answer each for itself", async () => {
    const staging = testSnapshot({ environment: "staging", flags: { second: staticFlag("boolean", "one") } });
    const clients = [open({ snapshot: testSnapshot() }), open({ snapshot: staging })];
    const client = await clientOf(new MultiProvider(clients.map((each) => ({ provider: new DimmerProvider({ client: each }) }))));
    expect((await client.getBooleanDetails("bool", false)).flagMetadata["flagSetId"]).toBe("demo/production");
    expect((await client.getBooleanDetails("second", false)).flagMetadata["flagSetId"]).toBe("demo/staging");
  });
});
