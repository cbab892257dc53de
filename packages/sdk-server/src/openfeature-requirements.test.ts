/** The numbered requirements that the OpenFeature specification has for providers, each by its number, through the real SDK. */

import {
  ErrorCode,
  OpenFeature,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderStatus,
  type EventDetails,
  type Hook,
} from "@openfeature/server-sdk";
import { afterEach, describe, expect, test } from "vitest";
import { SERVER_KEY, type DeliveryServer } from "../test/delivery-server.ts";
import { hastened } from "../test/hasten.ts";
import { openThings, silent } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import { waitUntil } from "../test/wait-until.ts";
import { DimmerProvider } from "./openfeature.ts";
import type { TrackedEvent } from "./track.ts";

const { connect, startServer } = openThings();
afterEach(async () => OpenFeature.close());

const still = (): DimmerProvider => new DimmerProvider({ snapshot: testSnapshot() });
const live = (server: DeliveryServer, more: object = {}): DimmerProvider =>
  new DimmerProvider({ url: server.url, key: SERVER_KEY, ports: hastened, logger: silent, ...more });
const status = (domain: string) => OpenFeature.getClient(domain).providerStatus;
const ALL_EVENTS = [
  ProviderEvents.Ready,
  ProviderEvents.Error,
  ProviderEvents.Stale,
  ProviderEvents.ConfigurationChanged,
] as const;

/** A domain keeps its provider, and the handlers of it, for longer than a test. */
let domains = 0;
const freshDomain = (): string => `domain-${(domains += 1)}`;

/** What handlers of a client, or of the API, are told from now on, with the status that each found. */
function listen(domain: string): [event: string, status: string, details: EventDetails | undefined][] {
  const heard: [string, string, EventDetails | undefined][] = [];
  const client = OpenFeature.getClient(domain);
  for (const event of ALL_EVENTS) client.addHandler(event, (details) => void heard.push([event, client.providerStatus, details]));
  return heard;
}

type Check = () => unknown;
const ASK = (provider: DimmerProvider) => provider.resolveBooleanEvaluation("bool", false, {});

/** Of each requirement that a provider for servers has to meet: its numbers, and how it is seen that it is met. */
const MET: readonly [numbers: string, what: string, check: Check][] = [
  ["2.1.1", "it has a name", () => expect(still().metadata.name).toBe("dimmer")],
  [
    "2.2.1 2.2.2.1 2.2.3 2.2.8.1",
    "each type has its method, which gives the value",
    async () => {
      const provider = still();
      await provider.initialize();
      expect((await provider.resolveBooleanEvaluation("bool", false, {})).value).toBe(true);
      expect((await provider.resolveStringEvaluation("text", "", {})).value).toBe("opus");
      expect((await provider.resolveNumberEvaluation("num", 0, {})).value).toBe(0.7);
      expect((await provider.resolveObjectEvaluation("obj", {}, {})).value).toMatchObject({ model: "opus" });
    },
  ],
  [
    "2.2.4 2.2.5 2.2.6 2.2.9 2.2.10 2.3.2",
    "a success has variant, reason and metadata of primitives, and neither code nor message",
    async () => {
      const provider = still();
      await provider.initialize();
      const { flagMetadata, ...found } = await ASK(provider);
      expect(found).toEqual({ value: true, variant: "one", reason: "STATIC" });
      expect(flagMetadata).toEqual({ flagSetId: "demo/production", version: "1", path: "default", valueVersion: 1 });
    },
  ],
  [
    "2.2.7 2.3.3",
    "a failure has a code, a message and the default",
    async () => {
      const provider = still();
      await provider.initialize();
      const found = await provider.resolveNumberEvaluation("bool", 3, {});
      expect(found).toMatchObject({ value: 3, reason: "ERROR", errorCode: ErrorCode.TYPE_MISMATCH });
      expect(found.errorMessage).toBe("The flag serves a boolean, not a number.");
    },
  ],
  [
    "2.3.1",
    "its hooks run with what is asked of it, and with nothing else",
    async () => {
      const asked: string[] = [];
      const hook: Hook = { before: ({ flagKey }) => void asked.push(flagKey) };
      await OpenFeature.setProviderAndWait("mine", new DimmerProvider({ snapshot: testSnapshot(), hooks: [hook] }));
      await OpenFeature.setProviderAndWait("other", still());
      await OpenFeature.getClient("mine").getBooleanValue("bool", false);
      await OpenFeature.getClient("other").getStringValue("text", "");
      expect(asked).toEqual(["bool"]);
    },
  ],
  [
    "2.4.1 2.8.2 1.7.1 1.7.3 5.1.2 5.3.1",
    "initialize waits for flags; then it is READY, and its handlers run once",
    async () => {
      const domain = freshDomain();
      const server = await startServer(testSnapshot());
      const heard = listen(domain);
      const opening = OpenFeature.setProviderAndWait(domain, live(server));
      expect(status(domain)).toBe(ProviderStatus.NOT_READY);
      await opening;
      expect(heard.map(([event, found]) => [event, found])).toEqual([["PROVIDER_READY", "READY"]]);
    },
  ],
  [
    "2.4.2.1 2.8.3 1.7.4 5.3.2 5.1.4 5.1.5",
    "initialize rejects without flags; it is ERROR with message and code, and READY by itself when they come",
    async () => {
      const domain = freshDomain();
      const server = await startServer(testSnapshot());
      await server.stop();
      const provider = live(server, { readyTimeoutMs: 20 });
      const codes: unknown[] = [];
      provider.events.addHandler(ProviderEvents.Error, (details) => void codes.push(details?.errorCode));
      const heard = listen(domain);
      await expect(OpenFeature.setProviderAndWait(domain, provider)).rejects.toMatchObject({
        code: ErrorCode.PROVIDER_NOT_READY,
      });
      expect(heard[0]).toMatchObject(["PROVIDER_ERROR", "ERROR", { message: expect.stringContaining("ECONNREFUSED") as string }]);
      await waitUntil("another failure", () => codes.length > 0);
      expect(codes[0]).toBe(ErrorCode.PROVIDER_NOT_READY);
      await server.restart();
      await waitUntil("ready", () => status(domain) === ProviderStatus.READY);
    },
  ],
  [
    "1.7.5",
    "options that do not fit together are FATAL, with the mend; a refused key is not",
    async () => {
      const server = await startServer(testSnapshot());
      const wrong = OpenFeature.setProviderAndWait("wrong", new DimmerProvider({ url: server.url }));
      await expect(wrong).rejects.toMatchObject({
        code: ErrorCode.PROVIDER_FATAL,
        message: expect.stringContaining("DIMMER_KEY") as string,
      });
      const refused = OpenFeature.setProviderAndWait("refused", live(server, { key: "another" }));
      await expect(refused).rejects.toMatchObject({ code: ErrorCode.PROVIDER_NOT_READY });
      expect([status("wrong"), status("refused")]).toEqual([ProviderStatus.FATAL, ProviderStatus.ERROR]);
    },
  ],
  [
    "2.4.3 2.4.4",
    "it is not domain-scoped: one of it serves several domains, and is opened once",
    async () => {
      const server = await startServer(testSnapshot());
      const provider = live(server);
      for (const domain of ["a", "b"]) await OpenFeature.setProviderAndWait(domain, provider);
      await waitUntil("the stream", () => server.openStreams === 1);
      for (const domain of ["a", "b"]) expect(await OpenFeature.getClient(domain).getBooleanValue("bool", false)).toBe(true);
      await OpenFeature.setProviderAndWait("a", still());
      expect(await OpenFeature.getClient("b").getBooleanValue("bool", false)).toBe(true);
      expect(server.mostStreams).toBe(1);
    },
  ],
  [
    "2.5.1 2.5.2 2.5.3 1.7.6",
    "shutdown ends everything, leaves it as it was before, and may be asked for twice",
    async () => {
      const domain = freshDomain();
      const server = await startServer(testSnapshot());
      const provider = live(server);
      await OpenFeature.setProviderAndWait(domain, provider);
      await waitUntil("the stream", () => server.openStreams === 1);
      await OpenFeature.clearProviders();
      await provider.onClose();
      await waitUntil("the end of the stream", () => server.openStreams === 0);
      expect(await ASK(provider)).toMatchObject({ value: false, errorCode: ErrorCode.PROVIDER_NOT_READY });
      await OpenFeature.setProviderAndWait(domain, provider);
      expect(await ASK(provider)).toMatchObject({ value: true });
    },
  ],
  [
    "2.5.2",
    "a shutdown while it waits for flags ends the waiting, and no event comes afterwards",
    async () => {
      const server = await startServer(testSnapshot());
      server.interfere(() => true);
      const client = connect(server);
      const provider = new DimmerProvider({ client });
      const events: unknown[] = [];
      for (const event of ALL_EVENTS) provider.events.addHandler(event, () => void events.push(event));
      const opening = provider.initialize();
      await provider.onClose();
      await client.close();
      await expect(opening).rejects.toMatchObject({ code: ErrorCode.PROVIDER_NOT_READY });
      expect(events).toEqual([]);
    },
  ],
  [
    "2.7.1 6.1.1.1 6.1.3 6.2.1 6.2.2",
    "track hands name, merged context, value and fields to the tracker",
    async () => {
      const events: TrackedEvent[] = [];
      const provider = new DimmerProvider({ snapshot: testSnapshot(), tracker: (event) => events.push(event) });
      await OpenFeature.setProviderAndWait(provider);
      OpenFeature.setContext({ region: "eu", plan: "free" });
      const client = OpenFeature.getClient().setContext({ plan: "pro" });
      client.track("checkout", { targetingKey: "user-1" }, { value: 99.77, currency: "USD", items: { count: 2 } });
      expect(events).toMatchObject([
        {
          name: "checkout",
          context: { region: "eu", plan: "pro", targetingKey: "user-1" },
          details: { value: 99.77, currency: "USD", items: { count: 2 } },
        },
      ]);
    },
  ],
  [
    "2.7.1",
    "track without a tracker is no error, and says once that nothing takes it",
    async () => {
      const said: string[] = [];
      const logger = { ...silent, warn: (message: string) => said.push(message) };
      await OpenFeature.setProviderAndWait(new DimmerProvider({ snapshot: testSnapshot(), logger }));
      const client = OpenFeature.getClient();
      client.track("checkout");
      client.track("checkout");
      expect(said).toEqual([expect.stringContaining("give openDimmer or the provider a `tracker`")]);
    },
  ],
  [
    "2.8.1 5.1.1 5.3.5 5.1.3",
    "each transition is an event, with the status it leads to, for the clients of its domain alone",
    async () => {
      const domain = freshDomain();
      const server = await startServer(testSnapshot());
      await OpenFeature.setProviderAndWait("other", still());
      const others = listen("other");
      await OpenFeature.setProviderAndWait(domain, live(server));
      const heard = listen(domain);
      await waitUntil("the stream", () => server.openStreams === 1);
      server.publish({ flags: { bool: staticFlag("boolean", "two", 2) } });
      await waitUntil("the change", () => heard.length === 2);
      await server.stop();
      await waitUntil("stale", () => heard.length === 3);
      await server.restart();
      await waitUntil("ready again", () => heard.length === 4);
      expect(heard.map(([event, found]) => [event, found])).toEqual([
        ["PROVIDER_READY", "READY"],
        ["PROVIDER_CONFIGURATION_CHANGED", "READY"],
        ["PROVIDER_STALE", "STALE"],
        ["PROVIDER_READY", "READY"],
      ]);
      expect(heard[1]?.[2]).toMatchObject({ flagsChanged: ["bool"], providerName: "dimmer" });
      expect(heard[2]?.[2]?.message).toMatch(/ECONNREFUSED|other side closed/u);
      expect(others.map(([event]) => event)).toEqual(["PROVIDER_READY"]);
    },
  ],
  [
    "2.8.1",
    "a client that had lost its source before it was set is STALE, not READY",
    async () => {
      const domain = freshDomain();
      const server = await startServer(testSnapshot());
      const client = connect(server);
      await client.ready();
      await server.stop();
      await waitUntil("stale", () => client.status === "STALE");
      await OpenFeature.setProviderAndWait(domain, new DimmerProvider({ client }));
      await waitUntil("the provider is stale", () => status(domain) === ProviderStatus.STALE);
      expect(await OpenFeature.getClient(domain).getBooleanDetails("bool", false)).toMatchObject({
        value: true,
        flagMetadata: { stale: true },
      });
      await server.restart();
      await waitUntil("the provider is ready", () => status(domain) === ProviderStatus.READY);
    },
  ],
  ["5.1.1", "it signals through OpenFeature's own emitter", () => expect(still().events).toBeInstanceOf(OpenFeatureEventEmitter)],
];

/** What no provider for servers can meet or break, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  "1.7.2.1": "RECONCILING is a status of clients with a static context, as in browsers",
  "2.6.1": "a server's context comes with each question, so there is no change of it to react to",
  "2.8.4": "as 2.6.1",
  "2.8.5.1": "it has an initialize",
  "5.2.1": "the SDK's: handlers of a client",
  "5.2.2": "the SDK's: handlers of the API",
  "5.2.3": "the SDK's: it adds the provider's name, as 5.1.3 shows",
  "5.2.4": "the SDK's: what a handler is called with",
  "5.2.5": "the SDK's: a handler that throws",
  "5.2.6": "the SDK's: handlers across providers",
  "5.2.7": "the SDK's: removing handlers",
  "5.3.3": "the SDK's: a handler that is added late; 2.8.1 hears READY that way",
  "5.3.4.1": "as 2.6.1",
  "5.3.4.2": "as 2.6.1",
  "5.3.4.3": "as 2.6.1",
  "6.1.2.1": "tracking with a static context, as in browsers",
  "6.1.4": "the SDK's: a provider without tracking; ours has it",
};

/** Every number of the sections on provider status (1.7), providers (2), events (5) and tracking (6), as of August 2026. */
const NUMBERS = `1.7.1 1.7.2.1 1.7.3 1.7.4 1.7.5 1.7.6
  2.1.1 2.2.1 2.2.2.1 2.2.3 2.2.4 2.2.5 2.2.6 2.2.7 2.2.8.1 2.2.9 2.2.10 2.3.1 2.3.2 2.3.3 2.4.1 2.4.2.1 2.4.3 2.4.4
  2.5.1 2.5.2 2.5.3 2.6.1 2.7.1 2.8.1 2.8.2 2.8.3 2.8.4 2.8.5.1
  5.1.1 5.1.2 5.1.3 5.1.4 5.1.5 5.2.1 5.2.2 5.2.3 5.2.4 5.2.5 5.2.6 5.2.7 5.3.1 5.3.2 5.3.3 5.3.4.1 5.3.4.2 5.3.4.3 5.3.5
  6.1.1.1 6.1.2.1 6.1.3 6.1.4 6.2.1 6.2.2`.split(/\s+/u);

describe("[openfeature] requirement", () => {
  test.each(MET)("%s: %s", async (_numbers, _what, check) => void (await check()));

  test("each number is met by a test, or has a reason why it is not ours", () => {
    const met = MET.flatMap(([numbers]) => numbers.split(" "));
    expect(new Set([...met, ...Object.keys(NOT_OURS)])).toEqual(new Set(NUMBERS));
    expect(met.filter((number) => number in NOT_OURS)).toEqual([]);
  });
});
