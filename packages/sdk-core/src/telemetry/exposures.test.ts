/** Once an hour for each person and variant: what is left out, what is not, and what is remembered of it. */

import { expect, test } from "vitest";
import type { ExposureEvent, Served, TelemetryEvent } from "@dimmer/protocol";
import { jsonResponse } from "../../test/fake-host.ts";
import { ADDRESS, openWorld, type Script, type World } from "../../test/world.ts";
import { EVENTS_PATH, remoteEvents } from "./events.ts";
import { exposureOf, openExposures } from "./exposures.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

const HOUR_MS = TELEMETRY_LIMITS.exposureMs;
const SERVED: Served = { flag: "summarizer", variant: "opus", valueVersion: 3, path: "rule", rule: "paid" };
let drawn = 0;
const exposure = (more: Partial<ExposureEvent> = {}, served: Partial<Served> = {}): ExposureEvent => ({
  kind: "exposure",
  id: `exposure-of-the-sdk-${drawn++}`,
  at: 1_700_000_000_000,
  run: `run-${drawn}`,
  targetingKey: "user-1",
  served: { ...SERVED, ...served },
  ...more,
});

async function openRecording(script: Script): Promise<World> {
  const world = openWorld(script, { engine: { events: remoteEvents(ADDRESS) } });
  await world.host.settle();
  return world;
}
const answering =
  (answer: () => Response | Error): Script =>
  ({ path }) =>
    path === EVENTS_PATH ? answer() : undefined;
const takingAll = answering(() => jsonResponse({ accepted: 0, dropped: 0, issues: [] }));
const countsOf = ({ engine }: World) => engine.events?.counts();
const record = ({ engine }: World, ...events: TelemetryEvent[]): void => {
  for (const event of events) engine.events?.record(event);
};

test("[exposure-hourly] a person's exposure to what they have already met is told of once an hour", async () => {
  const world = await openRecording(takingAll);
  record(world, exposure(), exposure(), exposure());
  await world.engine.events?.flush();
  expect(countsOf(world)).toEqual({ recorded: 1, stored: 1, dropped: 0, inFlight: 0 });
  await world.host.advance(HOUR_MS - 1);
  record(world, exposure());
  expect(countsOf(world)).toMatchObject({ recorded: 1 });
  await world.host.advance(1);
  record(world, exposure(), exposure());
  expect(countsOf(world)).toMatchObject({ recorded: 2, inFlight: 1 });
});

test.each<[string, Partial<ExposureEvent>, Partial<Served>]>([
  ["another person", { targetingKey: "user-2" }, {}],
  ["another flag", {}, { flag: "writer" }],
  ["another variant", {}, { variant: "sonnet" }],
  ["another value version", {}, { valueVersion: 4 }],
  ["another path", {}, { path: "pin" }],
  ["another rule", {}, { rule: "free" }],
])("[exposure-hourly] %s is told of at once", async (_what, more, served) => {
  const world = await openRecording(takingAll);
  record(world, exposure(), exposure(more, served), exposure(more, served), exposure());
  expect(countsOf(world)).toMatchObject({ recorded: 2 });
});

test("what is no exposure, and whom nobody knows, is told of each time", async () => {
  const world = await openRecording(takingAll);
  const feedback = { ...exposure(), kind: "feedback", name: "thumbs", value: 1 } as const;
  record(world, feedback, feedback, exposure({ targetingKey: undefined }), exposure({ targetingKey: undefined }));
  expect(countsOf(world)).toMatchObject({ recorded: 4 });
});

test("what is no event is dropped and counted, and throws nothing", async () => {
  const world = await openRecording(takingAll);
  record(world, null as never, undefined as never, exposure({ served: null as never }));
  expect(countsOf(world)).toEqual({ recorded: 3, stored: 0, dropped: 3, inFlight: 0 });
});

test("an exposure that could not be sent is told of again with the person's next one", async () => {
  let isRefusing = true;
  const world = await openRecording(
    answering(() => (isRefusing ? new Response("", { status: 400 }) : jsonResponse({ accepted: 1, dropped: 0, issues: [] }))),
  );
  record(world, exposure());
  await world.engine.events?.flush();
  isRefusing = false;
  record(world, exposure(), exposure());
  await world.engine.events?.flush();
  expect(countsOf(world)).toEqual({ recorded: 2, stored: 1, dropped: 1, inFlight: 0 });
});

test("so many are remembered; of more the oldest is forgotten first", () => {
  let nowMs = 0;
  const exposures = openExposures({ monotonicMs: () => nowMs });
  for (let at = 0; at < TELEMETRY_LIMITS.exposures + 2; at++) exposures.tell(at);
  expect(exposures.isTold(TELEMETRY_LIMITS.exposures + 1)).toBe(true);
  expect(exposures.isTold(2)).toBe(true);
  expect(exposures.isTold(1)).toBe(false);
  exposures.tell(1);
  expect(exposures.isTold(2)).toBe(false);
  expect(exposures.isTold(3)).toBe(true);
  nowMs = HOUR_MS;
  expect(exposures.isTold(3)).toBe(false);
});

test("no two of very many exposures are taken for one", () => {
  const seen = new Set<number | undefined>();
  for (let person = 0; person < 20_000; person++)
    for (const variant of ["opus", "sonnet"]) seen.add(exposureOf(exposure({ targetingKey: `user-${person}` }, { variant })));
  expect(seen.size).toBe(40_000);
});
