/** What every store of events forgets of people when it is told to. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { KeptEvent } from "./event-store.ts";
import { hashKey } from "./hash-key.ts";
import { ALL, base, call, place, received } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";

export function forgettingContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  test("a person is forgotten: their events, those of their runs, and what others say of them; in one project and no other", async () => {
    const of = (key: string | undefined, run?: string): KeptEvent => ({ ...call(), targetingKey: key, run });
    const says = (comment: string): KeptEvent => ({
      ...base(),
      targetingKey: "user-8",
      kind: "feedback",
      name: "comment",
      comment,
    });
    const events = [
      of("rosalind", "r-1"),
      of(undefined, "r-1"),
      of("hashed-rosalind"),
      of("rosalind-2", "r-2"),
      of(undefined, "r-3"),
    ];
    await store.appendEvents([
      received("forgets", [...events, says("As rosalind said."), says("As rosalind-2 said.")]),
      received("forgets-too", [of("rosalind", "r-2"), of("user-1", "r-1")]),
      { ...received("forgets", [of("rosalind", "r-1")]), project: "other" },
    ]);
    const person = { person: "rosalind", keys: ["rosalind", "hashed-rosalind"] };
    expect(await store.forget("p", person)).toEqual({ events: 4, comments: 1 });
    expect(await store.forget("p", person)).toEqual({ events: 0, comments: 0 });
    const left = await store.events(place("forgets"), { ...ALL, flag: "", targetingKeys: [], limit: 10 });
    expect(left.map(({ targetingKey, run }) => `${targetingKey} ${run}`).sort()).toEqual([
      "rosalind-2 r-2",
      "undefined r-3",
      "user-8 undefined",
      "user-8 undefined",
    ]);
    expect(left.flatMap((event) => ("comment" in event ? [event.comment] : []))).toEqual(["As rosalind-2 said."]);
    expect(await store.run(place("forgets-too"), "r-1")).toHaveLength(1);
    expect(await store.run({ project: "other", environment: "forgets" }, "r-1")).toHaveLength(1);
  });

  test("keys that stood as they are stand hashed, each under the same hash, those of other projects as they are", async () => {
    const secret = new Uint8Array(32).fill(7);
    const of = (targetingKey: string | undefined): KeptEvent => ({ ...call(), targetingKey });
    const hashed = hashKey(secret, "grace");
    const project = "hashes";
    await store.appendEvents([
      { ...received("one", [of("grace"), of("grace"), of("alan"), of(hashed), of(undefined)]), project },
      { ...received("two", [of("grace")]), project },
    ]);
    expect(await store.hashKeys(project, secret)).toBe(false);
    const question = { ...ALL, flag: "", targetingKeys: [], limit: 10 };
    const keysIn = async (environment: string) =>
      (await store.events({ project, environment }, question)).map(({ targetingKey }) => targetingKey);
    const kept = await keysIn("one");
    expect(kept).toHaveLength(5);
    expect(new Set(kept)).toEqual(new Set([hashed, hashKey(secret, "alan"), undefined]));
    expect(await keysIn("two")).toEqual([hashed]);
    expect(await store.metrics({ project, environment: "one" }, ALL)).toMatchObject([{ people: 2 }]);
    await store.appendEvents([received("as-they-are", [of("grace")])]);
    await store.hashKeys(project, secret);
    expect(await store.events(place("as-they-are"), { ...question, targetingKeys: ["grace"] })).toHaveLength(1);
  });
}
