/** Kills a server while SDKs tell it of events, over and over, and follows every single one to its end. */

import { gunzipSync } from "node:zlib";
import { openAi } from "@dimmer/ai";
import { openDimmer, type Dimmer } from "@dimmer/sdk-server";
import { aiPort } from "@dimmer/sdk-server/ai";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature } from "@openfeature/server-sdk";
import { onTestFinished } from "vitest";
import { drawKeys, findFreePort, makeFolder, type ServerProcess, startServerProcess } from "../e2e/processes.ts";
import { eventsCountedAt } from "../e2e/telemetry-of.ts";
import type { Random } from "../runtimes/seeded-random.ts";
import { until } from "./line.ts";

const EVENTS_PATH = "/sdk/v1/events";
const SDKS = 2;
const EVERY_MS = 20;
const ASK_EVERY_MS = 25;
/** Longest time from when each had an answer to the kill. */
const ALIVE_MS = 900;
/** The longest wait between two attempts of an SDK, twice. */
const LIMIT_MS = 120_000;

/** What the kills found: events by their ids. */
export interface TelemetryKills {
  /** Of all SDKs, as they count: recorded = stored + dropped + inFlight. */
  readonly counted: { readonly recorded: number; readonly stored: number; readonly dropped: number; readonly inFlight: number };
  readonly recorded: ReadonlySet<string>;
  /** Answered with 200. */
  readonly acknowledged: ReadonlySet<string>;
  /** As the store gives them, with all repetitions. */
  readonly kept: readonly string[];
  readonly kills: readonly Kill[];
  /** As the last server counts what it was sent. */
  readonly last: Readonly<Record<string, number>>;
}

/** Shape: `lost` was acknowledged before the kill and is nowhere; `inFlight` is the most that may be. */
export interface Kill {
  readonly lost: number;
  readonly inFlight: number;
}

interface Answered {
  readonly ids: readonly string[];
  readonly at: number;
}

interface Moment {
  readonly at: number;
  /** The last that the server said of itself, and when it was asked. */
  readonly inFlight: number;
  readonly askedAt: number;
}

export async function killUnderEvents(cycles: number, random: Random): Promise<TelemetryKills> {
  const place = { ...drawKeys(), dataDir: makeFolder(), port: await findFreePort() };
  let server = await startServerProcess(place);
  const recorded = new Set<string>();
  const answers: Answered[] = [];
  const clients = Array.from({ length: SDKS }, () => openTeller(server, answers));
  const asking = openTeller(server, answers);
  clients.push(asking);
  await Promise.all(clients.map(async (client) => await client.ready()));
  const stops = [...clients.map((client) => tellSteadily(client, recorded)), await runSteadily(asking, recorded)];
  const moments: Moment[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const before = clients.map(storedBy);
    // At once, instead of when their wait is over; and a batch is given up after ten attempts.
    for (const client of clients) void client.flush();
    await until("an answer to each", () => clients.every((client, at) => storedBy(client) > (before[at] ?? 0)), LIMIT_MS);
    moments.push(await killAtRandom(server, random.integer(ALIVE_MS)));
    server = await startServerProcess(place);
  }
  for (const stop of stops) await stop();
  const all = () => sumOf(clients);
  // Waits between attempts grow, and so does what waits; nothing is new any more.
  await until("everything to be sent", () => all().inFlight === 0, LIMIT_MS);
  const kept = await keptBy(server);
  const last = await eventsCountedAt(server);
  await server.end("SIGTERM");
  return { counted: all(), recorded, acknowledged: idsOf(answers), kept, kills: killsOf(moments, answers, new Set(kept)), last };
}

function openTeller(server: ServerProcess, answers: Answered[]): Dimmer {
  const client = openDimmer({
    url: server.url,
    key: server.key,
    logger: { warn() {}, error() {} },
    ports: { fetch: notingAnswers(answers) },
  });
  onTestFinished(() => client.close());
  return client;
}

/** Reads along: which events were answered, and when the answer was here whole. */
const notingAnswers =
  (answers: Answered[]): typeof fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (!new URL(url instanceof Request ? url.url : url).pathname.endsWith(EVENTS_PATH) || response.status !== 200)
      return response;
    const text = await response.text();
    answers.push({ ids: idsIn(init?.body), at: performance.now() });
    return new Response(text, { status: response.status, headers: response.headers });
  };

function idsIn(body: unknown): readonly string[] {
  const text = typeof body === "string" ? body : gunzipSync(body as Uint8Array).toString();
  return (JSON.parse(text) as { readonly events: readonly { readonly id: string }[] }).events.map(({ id }) => id);
}

/** Gives how to stop it. */
function tellSteadily(client: Dimmer, recorded: Set<string>): () => Promise<void> {
  const timer = setInterval(() => {
    const id = crypto.randomUUID();
    recorded.add(id);
    client.record({ id, at: Date.now(), kind: "metric", name: "checkout", value: 1, targetingKey: id });
  }, EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  return async () => clearInterval(timer);
}

/** Calls of a model by `@dimmer/ai`, each of somebody else, so that every exposure is told of. */
async function runSteadily(client: Dimmer, recorded: Set<string>): Promise<() => Promise<void>> {
  await OpenFeature.setProviderAndWait("killed-telemetry", new DimmerProvider({ client }));
  onTestFinished(() => OpenFeature.clearProviders());
  const port = aiPort(client);
  const record: typeof port.record = (event) => {
    recorded.add(event.id);
    port.record(event);
  };
  const ai = openAi({ client: OpenFeature.getClient("killed-telemetry"), port: { ...port, record } });
  const over = new AbortController();
  const runs = (async () => {
    while (!over.signal.aborted) {
      const options = { fallback: { reply: "Later." }, variables: { text: "A long story." } };
      const config = await ai.config("summarizer", { targetingKey: crypto.randomUUID() }, options);
      await config.run(async () => "An answer.");
      await new Promise((resolve) => void setTimeout(resolve, EVERY_MS));
    }
  })();
  return async () => {
    over.abort();
    await runs;
  };
}

/** Asks the server what it counts until it is killed. */
async function killAtRandom(server: ServerProcess, aliveMs: number): Promise<Moment> {
  const until = performance.now() + aliveMs;
  let said = await askInFlight(server);
  while (performance.now() < until) {
    said = await askInFlight(server);
    await new Promise((resolve) => void setTimeout(resolve, Math.min(ASK_EVERY_MS, Math.max(0, until - performance.now()))));
  }
  const at = performance.now();
  await server.end("SIGKILL");
  return { at, ...said };
}

async function askInFlight(server: ServerProcess): Promise<Omit<Moment, "at">> {
  const askedAt = performance.now();
  return { inFlight: (await eventsCountedAt(server))["in_flight"] ?? 0, askedAt };
}

const storedBy = ({ events }: Dimmer): number => events?.stored ?? 0;

function sumOf(clients: readonly Dimmer[]): TelemetryKills["counted"] {
  const counts = clients.map((client) => client.events ?? { recorded: 0, stored: 0, dropped: 0, inFlight: 0 });
  const sum = (name: keyof TelemetryKills["counted"]) => counts.reduce((total, one) => total + one[name], 0);
  return { recorded: sum("recorded"), stored: sum("stored"), dropped: sum("dropped"), inFlight: sum("inFlight") };
}

/** Asked again while the store is not there yet. */
async function keptBy({ url, token }: ServerProcess): Promise<readonly string[]> {
  const path = "/api/v1/projects/demo/environments/production/events/export?hours=1";
  for (const startedAt = performance.now(); ;) {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const lines = (await response.text()).trim().split("\n");
    if (response.status === 200) return lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
    if (performance.now() - startedAt > LIMIT_MS) throw new Error(lines.join("\n"));
  }
}

const idsOf = (answers: readonly Answered[]): ReadonlySet<string> => new Set(answers.flatMap(({ ids }) => ids));

/** Whose last answer came between two kills was lost by the second, if at all. What was answered since the server was asked may wait, too. */
function killsOf(moments: readonly Moment[], answers: readonly Answered[], kept: ReadonlySet<string>): readonly Kill[] {
  return moments.map(({ at, inFlight, askedAt }, index) => {
    const since = moments[index - 1]?.at ?? 0;
    const before = answers.filter((answer) => answer.at > since && answer.at <= at);
    const lost = before.flatMap(({ ids }) => ids.filter((id) => !kept.has(id)));
    const sinceAsked = before.filter((answer) => answer.at >= askedAt).reduce((sum, { ids }) => sum + ids.length, 0);
    return { lost: lost.length, inFlight: inFlight + sinceAsked };
  });
}
