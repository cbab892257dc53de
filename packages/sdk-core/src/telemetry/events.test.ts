/** Events on their way to the server: when they leave, and what becomes of each. */

import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  EVENT_LIMITS,
  EVENTS_PATH as PROTOCOL_PATH,
  TelemetryEventPart,
  type ExposureEvent,
  type MetricEvent,
  type TelemetryEvent,
} from "@dimmer/protocol";
import { jsonResponse } from "../../test/fake-host.ts";
import { ADDRESS, openWorld, type Script, type World } from "../../test/world.ts";
import type { Compress } from "../ports.ts";
import { EVENTS_PATH, remoteEvents, type EventCounts } from "./events.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { webGzip } from "./web-gzip.ts";

const takeAll: Script = ({ path }) => (path === EVENTS_PATH ? jsonResponse({ accepted: 0, dropped: 0, issues: [] }) : undefined);
const answering =
  (answer: () => Response | Error): Script =>
  ({ path }) =>
    path === EVENTS_PATH ? answer() : undefined;

async function openRecording(script: Script = takeAll): Promise<World> {
  const world = openWorld(script, { engine: { events: remoteEvents(ADDRESS) } });
  await world.host.settle();
  return world;
}

let drawn = 0;
const metric = (name = "copied"): MetricEvent => ({
  kind: "metric",
  id: `event-of-the-sdk-${drawn++}`,
  at: 1_700_000_000_000,
  name,
});
const record = ({ engine }: World, times = 1, event: () => TelemetryEvent = metric): void => {
  for (let time = 0; time < times; time++) engine.events?.record(event());
};
const sentBy = ({ host }: World): TelemetryEvent[][] =>
  host.requests
    .filter(({ path }) => path === EVENTS_PATH)
    .map(({ body }) => (body as { readonly events: unknown[] }).events.map((event) => TelemetryEventPart.parse(event)));
const countsOf = ({ engine }: World): EventCounts => {
  const counts = engine.events?.counts();
  if (counts === undefined) throw new Error("nothing is recorded");
  expect(counts.recorded).toBe(counts.stored + counts.dropped + counts.inFlight);
  return counts;
};

test("the path and the bounds are the protocol's", () => {
  expect(EVENTS_PATH).toBe(PROTOCOL_PATH);
  expect(TELEMETRY_LIMITS.eventsAtOnce).toBeLessThanOrEqual(EVENT_LIMITS.events);
  // A UTF-16 code unit takes three bytes at the worst, and a server takes the whole request or none of it.
  expect(3 * (TELEMETRY_LIMITS.eventChars + TELEMETRY_LIMITS.oneEventChars)).toBeLessThan(EVENT_LIMITS.bytes);
});

test("events of a second leave together, in order", async () => {
  const world = await openRecording();
  record(world, 2);
  await world.host.advance(TELEMETRY_LIMITS.gatherEventsMs - 1);
  expect(sentBy(world)).toEqual([]);
  expect(countsOf(world)).toEqual({ recorded: 2, stored: 0, dropped: 0, inFlight: 2 });
  await world.host.advance(1);
  expect(sentBy(world).map((events) => events.length)).toEqual([2]);
  expect(countsOf(world)).toEqual({ recorded: 2, stored: 2, dropped: 0, inFlight: 0 });
  record(world);
  await world.host.advance(TELEMETRY_LIMITS.gatherEventsMs);
  expect(sentBy(world).map((events) => events.length)).toEqual([2, 1]);
});

test("many leave at once, as many as a request may hold", async () => {
  const world = await openRecording();
  record(world, TELEMETRY_LIMITS.eventsAtOnce + 1);
  await world.host.settle();
  expect(sentBy(world).map((events) => events.length)).toEqual([TELEMETRY_LIMITS.eventsAtOnce]);
  const long = () => ({
    ...metric(),
    name: "x".repeat(250),
    task: "t".repeat(120),
    conversation: "c".repeat(120),
    run: "r".repeat(120),
  });
  record(world, 2_000, long);
  await world.engine.events?.flush();
  const sizes = world.host.requests
    .filter(({ path }) => path === EVENTS_PATH)
    .map(({ body }) => new TextEncoder().encode(JSON.stringify(body)).length);
  expect(Math.max(...sizes)).toBeLessThan(EVENT_LIMITS.bytes);
  expect(countsOf(world)).toMatchObject({ stored: TELEMETRY_LIMITS.eventsAtOnce + 2_001, dropped: 0 });
});

test("[events-counted] what the server drops, what it refuses, and what is no event is counted", async () => {
  const world = await openRecording(answering(() => jsonResponse({ accepted: 1, dropped: 1, issues: [] })));
  record(world, 2);
  const endless: { self?: unknown } = {};
  endless.self = endless;
  record(world, 1, () => endless as unknown as TelemetryEvent);
  record(world, 1, () => metric("x".repeat(TELEMETRY_LIMITS.oneEventChars)));
  await world.engine.events?.flush();
  expect(countsOf(world)).toEqual({ recorded: 4, stored: 1, dropped: 3, inFlight: 0 });
  const refusing = await openRecording(answering(() => new Response("", { status: 400 })));
  record(refusing, 3);
  await refusing.engine.events?.flush();
  expect(countsOf(refusing)).toEqual({ recorded: 3, stored: 0, dropped: 3, inFlight: 0 });
});

test("a server that is away gets them later, the same ones; one that does not know of events is asked once", async () => {
  let isAway = true;
  const world = await openRecording(
    answering(() => (isAway ? new Error("away") : jsonResponse({ accepted: 2, dropped: 0, issues: [] }))),
  );
  record(world, 2);
  await world.host.advance(TELEMETRY_LIMITS.gatherEventsMs);
  expect(countsOf(world)).toMatchObject({ inFlight: 2 });
  isAway = false;
  await world.host.advance(TELEMETRY_LIMITS.retryMaxMs);
  expect(countsOf(world)).toMatchObject({ stored: 2, inFlight: 0 });
  const [first, second] = sentBy(world);
  expect(second).toEqual(first);

  const old = await openRecording(answering(() => new Response("", { status: 404 })));
  record(old);
  await old.engine.events?.flush();
  record(old);
  await old.engine.events?.flush();
  expect(sentBy(old)).toHaveLength(1);
  expect(countsOf(old)).toMatchObject({ recorded: 2, dropped: 2 });
  const late = await openRecording(answering(() => new Response("", { status: 404 })));
  record(late, 2 * TELEMETRY_LIMITS.eventsAtOnce);
  await late.engine.events?.flush();
  expect(sentBy(late)).toHaveLength(1);
  expect(countsOf(late)).toEqual({ recorded: 1_000, stored: 0, dropped: 1_000, inFlight: 0 });
});

describe("[events-compressed] where the host can compress", () => {
  const gzip: Compress = async (text) => new Uint8Array(gzipSync(text));
  const openCompressing = async (compress: Compress, script: Script = takeAll): Promise<World> => {
    const world = openWorld(script, { engine: { events: remoteEvents(ADDRESS) }, compress });
    await world.host.settle();
    return world;
  };
  const encodingsOf = ({ host }: World) =>
    host.requests.filter(({ path }) => path === EVENTS_PATH).map(({ headers }) => headers.get("content-encoding"));

  test("a batch that is long leaves compressed, a short one as it is", async () => {
    const world = await openCompressing(gzip);
    record(world);
    await world.engine.events?.flush();
    record(world, 100);
    await world.engine.events?.flush();
    expect(encodingsOf(world)).toEqual([null, "gzip"]);
    expect(sentBy(world).map((events) => events.length)).toEqual([1, 100]);
    expect(countsOf(world)).toMatchObject({ stored: 101 });
  });

  test("a server, or a proxy before it, that does not take it gets the same as it is, and nothing compressed again", async () => {
    const world = await openCompressing(gzip, ({ path, headers }) =>
      path !== EVENTS_PATH
        ? undefined
        : headers.has("content-encoding")
          ? new Response("", { status: 415 })
          : jsonResponse({ accepted: 100, dropped: 0, issues: [] }),
    );
    for (let time = 0; time < 2; time++) {
      record(world, 100);
      await world.engine.events?.flush();
    }
    expect(encodingsOf(world)).toEqual(["gzip", null, null]);
    expect(sentBy(world)[1]).toEqual(sentBy(world)[0]);
    expect(countsOf(world)).toMatchObject({ recorded: 200, stored: 200 });
  });

  test("what cannot be compressed is sent as it is", async () => {
    const world = await openCompressing(() => Promise.reject(new Error("out of memory")));
    record(world, 100);
    await world.engine.events?.flush();
    expect(encodingsOf(world)).toEqual([null]);
    expect(countsOf(world)).toMatchObject({ stored: 100 });
  });

  test("the web's own gzip says the same in fewer bytes", async () => {
    const text = JSON.stringify(Array.from({ length: 100 }, () => metric("ünder")));
    const compressed = (await webGzip()?.(text)) ?? new Uint8Array();
    expect(gunzipSync(compressed).toString()).toBe(text);
    expect(compressed.length).toBeLessThan(text.length / 3);
  });
});

test("[shed-by-unit] with the server away for long some people's events go, counted, and the others' arrive whole and in order", async () => {
  let isAway = true;
  const world = await openRecording(
    answering(() => (isAway ? new Error("away") : jsonResponse({ accepted: 0, dropped: 0, issues: [] }))),
  );
  const people = 4_000;
  const times = 6;
  for (let time = 0; time < times; time++)
    for (let person = 0; person < people; person++)
      record(world, 1, () => ({ ...metric(`time-${time}`), targetingKey: `user-${person}` }));
  await world.host.settle();
  const { recorded, dropped, inFlight } = countsOf(world);
  expect(recorded).toBe(people * times);
  expect(inFlight).toBeLessThanOrEqual(TELEMETRY_LIMITS.eventsWaiting + TELEMETRY_LIMITS.eventsAtOnce);
  // A tenth more than had to go, at most.
  expect(inFlight).toBeGreaterThan(0.85 * TELEMETRY_LIMITS.eventsWaiting);
  isAway = false;
  await world.host.advance(TELEMETRY_LIMITS.retryMaxMs);
  await world.engine.events?.flush();
  expect(countsOf(world)).toEqual({ recorded, dropped, stored: inFlight, inFlight: 0 });
  const arrived = new Map<string, string[]>();
  // What was on its way when the line filled had left it.
  for (const event of sentBy(world).slice(2).flat() as MetricEvent[])
    arrived.set(event.targetingKey ?? "", [...(arrived.get(event.targetingKey ?? "") ?? []), event.name]);
  const beforeThem = TELEMETRY_LIMITS.eventsAtOnce;
  for (const [person, names] of arrived)
    expect(names).toEqual(
      Array.from({ length: times }, (_, time) => `time-${time}`).slice(Number(person.slice(5)) < beforeThem ? 1 : 0),
    );
});

test("[shed-by-unit] once what was due has left everybody is let in again", async () => {
  let isAway = true;
  const world = await openRecording(
    answering(() => (isAway ? new Error("away") : jsonResponse({ accepted: 0, dropped: 0, issues: [] }))),
  );
  record(world, TELEMETRY_LIMITS.eventsWaiting + 1_000);
  await world.host.settle();
  const { dropped } = countsOf(world);
  expect(dropped).toBeGreaterThan(0);
  isAway = false;
  await world.host.advance(TELEMETRY_LIMITS.retryMaxMs);
  record(world, 1_000);
  await world.engine.events?.flush();
  expect(countsOf(world)).toMatchObject({ dropped, inFlight: 0 });
});

test("an exposure that was shed is told of with the person's next one", async () => {
  const world = await openRecording(answering(() => new Error("away")));
  const exposure = (person: number): ExposureEvent => ({
    ...metric(),
    kind: "exposure",
    targetingKey: `user-${person}`,
    served: { flag: "summarizer", variant: "opus" },
  });
  const people = TELEMETRY_LIMITS.eventsWaiting + 2_000;
  const tellAll = () => {
    for (let person = 0; person < people; person++) record(world, 1, () => exposure(person));
    return countsOf(world);
  };
  const first = tellAll();
  expect(first.recorded).toBe(people);
  // Those that wait are not told of twice; those that were shed are, and find the line as full as before.
  expect(tellAll()).toEqual({ ...first, recorded: people + first.dropped, dropped: 2 * first.dropped });
});

test("close sends what is left, within its bound, and takes no more", async () => {
  const world = await openRecording();
  record(world, 2);
  await world.engine.events?.close();
  record(world);
  await world.engine.events?.close();
  expect(countsOf(world)).toEqual({ recorded: 3, stored: 2, dropped: 1, inFlight: 0 });

  const gone = await openRecording(answering(() => new Error("away")));
  record(gone, 2);
  const closed = gone.engine.events?.close();
  await gone.host.advance(TELEMETRY_LIMITS.closeMs);
  await closed;
  expect(countsOf(gone)).toEqual({ recorded: 2, stored: 0, dropped: 2, inFlight: 0 });
});
