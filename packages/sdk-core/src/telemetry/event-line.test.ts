/** Who is let in and who is shed: by whom an event is of, alike for every variant. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slotOf } from "@dimmer/evaluation";
import type { TelemetryEvent } from "@dimmer/protocol";
import { openEventLine, unitOf, type EventLine, type WaitingEvent } from "./event-line.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

interface Told extends WaitingEvent {
  readonly person: string;
  readonly what: string;
}
const eventOf = (more: Partial<TelemetryEvent>): TelemetryEvent =>
  ({ kind: "metric", id: "an-id", at: 0, name: "copied", ...more }) as TelemetryEvent;
const told = (person: string, what = "", chars = 1): Told => ({
  person,
  what,
  text: "x".repeat(chars),
  unit: unitOf(eventOf({ targetingKey: person })),
});

/** All that waits, by person; nothing is left. */
function takeAll(line: EventLine<Told>): ReadonlyMap<string, readonly string[]> {
  line.ripen();
  const byPerson = new Map<string, string[]>();
  for (let taken = line.take(); taken.length > 0; taken = line.take())
    for (const { person, what } of taken) {
      const events = byPerson.get(person) ?? [];
      byPerson.set(person, events);
      events.push(what);
    }
  return byPerson;
}

const WHAT = ["exposure", "generation", "feedback"];

/** Who is left of so many people of whom three things are told, and what of them. */
function stayingOf(people: number): ReadonlyMap<string, readonly string[]> {
  const line = openEventLine<Told>();
  for (const what of WHAT) for (let person = 0; person < people; person++) line.add(told(`user-${person}`, what));
  expect(line.size + line.shed).toBe(WHAT.length * people);
  expect(line.size).toBeLessThanOrEqual(TELEMETRY_LIMITS.eventsWaiting);
  return takeAll(line);
}

describe("[shed-by-unit] a full line", () => {
  test("keeps each person whole, and of two variants the same share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6_000, max: 9_000 }), fc.string({ minLength: 1, maxLength: 8 }), (people, salt) => {
        const staying = stayingOf(people);
        for (const events of staying.values()) expect(events).toEqual(WHAT);
        const everybody = Array.from({ length: people }, (_, person) => `user-${person}`);
        const [one = 0, other = 0] = [true, false].map((isOne) => {
          const arm = everybody.filter((person) => slotOf(salt, person) < 30_000 === isOne);
          return arm.filter((person) => staying.has(person)).length / arm.length;
        });
        const share = staying.size / people;
        // Five standard errors of the difference between two such samples.
        expect(Math.abs(one - other)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / (people * 0.3 * 0.7)));
      }),
      { numRuns: 8, seed: 5 },
    );
  });

  test("sheds the same people each time: whoever stays where more have to go stays where fewer do", () => {
    const fewer = stayingOf(7_000);
    const common = [...stayingOf(9_000).keys()].filter((person) => Number(person.slice(5)) < 7_000);
    expect(common.length).toBeGreaterThan(2_500);
    for (const person of common) expect(fewer.has(person)).toBe(true);
  });

  test("goes on with the same people for as long as it is full", () => {
    const line = openEventLine<Told>();
    for (let time = 0; time < 20; time++)
      for (let person = 0; person < 3_000; person++) line.add(told(`user-${person}`, `${time}`));
    expect(line.size + line.shed).toBe(60_000);
    const staying = takeAll(line);
    for (const events of staying.values()) expect(events).toHaveLength(20);
    expect(staying.size).toBeGreaterThan(500);
  });

  test("has a bound of characters, too, and what is due stays due", () => {
    const line = openEventLine<Told>();
    const chars = 20_000;
    const fitting = Math.floor(TELEMETRY_LIMITS.eventsWaitingChars / chars);
    for (let person = 0; person < fitting; person++) line.add(told(`user-${person}`, "", chars));
    expect(line.shed).toBe(0);
    line.ripen();
    for (let person = 0; person < 5; person++) line.add(told(`later-${person}`, "", chars));
    expect(line.shed).toBeGreaterThan(0);
    const due = [];
    for (let taken = line.take(); taken.length > 0; taken = line.take()) due.push(...taken);
    expect(due.every(({ person }) => person.startsWith("user-"))).toBe(true);
    expect(line.size).toBeLessThanOrEqual(5);
    expect(due.length + line.size + line.shed).toBe(fitting + 5);
  });

  test("where all is of one person gives up the oldest", () => {
    const lost: string[] = [];
    const line = openEventLine<Told>(({ what }) => lost.push(what));
    const number = TELEMETRY_LIMITS.eventsWaiting + 1;
    for (let at = 0; at < number; at++) line.add(told("worker", String(at)));
    const staying = takeAll(line).get("worker") ?? [];
    expect([...lost, ...staying]).toEqual(Array.from({ length: number }, (_, at) => String(at)));
    expect(staying.length).toBe(Math.floor(number * (1 - TELEMETRY_LIMITS.shedShare)));
    line.add(told("worker", "next"));
    expect(line.size).toBe(1);
  });

  test("lets everybody in again once what is due has left", () => {
    const line = openEventLine<Told>();
    for (let person = 0; person <= TELEMETRY_LIMITS.eventsWaiting; person++) line.add(told(`user-${person}`));
    takeAll(line);
    const { shed } = line;
    for (let person = 0; person < TELEMETRY_LIMITS.eventsWaiting; person++) line.add(told(`user-${person}`));
    expect(line.shed).toBe(shed);
    line.clear();
    expect([line.size, line.shed]).toEqual([0, shed + TELEMETRY_LIMITS.eventsWaiting]);
  });
});

test("an event is its person's, else its run's, its task's, its conversation's, else its own", () => {
  const all = { targetingKey: "person", run: "run", task: "task", conversation: "conversation", id: "id" };
  const names = Object.keys(all) as (keyof typeof all)[];
  for (const [at, name] of names.entries()) {
    const known = Object.fromEntries(
      names.map((other, place) => [other, place < at ? undefined : all[other]]),
    ) as Partial<TelemetryEvent>;
    expect(unitOf(eventOf(known))).toBe(unitOf(eventOf({ targetingKey: all[name] })));
  }
});
