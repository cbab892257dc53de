/** Tracking: what reaches the tracker, and what is said where it does not. */

import { expect, test } from "vitest";
import { openThings } from "../test/opened.ts";
import { testSnapshot } from "../test/snapshots.ts";
import { openTracking, TRACKED_NAME_LENGTH, type TrackedEvent, type Tracker } from "./track.ts";

const { open } = openThings();
const AT = 1_700_000_000_000;

function tracking(tracker?: Tracker) {
  const said: string[] = [];
  const log = (_level: string, message: string): void => void said.push(message);
  return { track: openTracking(tracker, { clock: { now: () => AT, monotonicMs: () => 0 }, log }), said };
}

test("[tracking] an event comes as a frozen copy, with its time", () => {
  const events: TrackedEvent[] = [];
  const { track, said } = tracking((event) => events.push(event));
  const context = { targetingKey: "user-1", plan: "pro" };
  track("checkout", context, { value: 99.77, currency: "USD" });
  track("opened", context);
  context.plan = "free";
  expect(events).toEqual([
    { name: "checkout", at: AT, context: { targetingKey: "user-1", plan: "pro" }, details: { value: 99.77, currency: "USD" } },
    { name: "opened", at: AT, context: { targetingKey: "user-1", plan: "pro" }, details: {} },
  ]);
  expect(events.flatMap((event) => [event, event.context, event.details]).every(Object.isFrozen)).toBe(true);
  expect(said).toEqual([]);
});

test("[tracking] without a tracker that is said once, with the mend", () => {
  const { track, said } = tracking();
  track("checkout", {});
  track("opened", {});
  expect(said).toEqual([
    'track("checkout"): nothing takes tracked events, so they are lost; give openDimmer or the provider a `tracker`. This is said once.',
  ]);
});

const failing: Tracker = () => {
  throw new Error("the queue is full");
};

test.each<[string, Tracker, unknown, unknown, string]>([
  ["no name", () => {}, "", {}, 'track(""): the name of an event is a text of 1 to 200 characters'],
  ["a name that is none", () => {}, 5, {}, "track(number): the name of an event is a text"],
  ["a name too long", () => {}, "x".repeat(TRACKED_NAME_LENGTH + 1), {}, "the name of an event is a text of 1 to 200"],
  ["a value that is none", () => {}, "a", { value: Number.NaN }, 'track("a"): `value` must be a finite number'],
  ["a value of another type", () => {}, "a", { value: "9" }, 'track("a"): `value` must be a finite number'],
  ["a tracker that throws", failing, "a", {}, 'track("a"): the event was not taken: the queue is full.'],
  ["details that are none", () => {}, "a", null, 'track("a"): the event was not taken: '],
])("%s is told once and never thrown", (_name, tracker, name, details, expected) => {
  let taken = 0;
  const { track, said } = tracking((event) => {
    void tracker(event);
    taken += 1;
  });
  track(name as string, {}, details as never);
  track(name as string, {}, details as never);
  expect(said).toEqual([expect.stringContaining(expected)]);
  expect(taken).toBe(0);
});

test("a tracker that rejects is told, and ends nothing", async () => {
  const { track, said } = tracking(() => Promise.reject(new Error("offline")));
  track("a", {});
  await expect.poll(() => said).toEqual(['track("a"): the event was not taken: offline. This is said once.']);
});

test("the client hands its events to the tracker of its options", () => {
  const events: TrackedEvent[] = [];
  const client = open({ snapshot: testSnapshot(), tracker: (event) => events.push(event) });
  client.track("rated", { targetingKey: "u" }, { value: 5 });
  expect(events).toMatchObject([{ name: "rated", context: { targetingKey: "u" }, details: { value: 5 } }]);
});
