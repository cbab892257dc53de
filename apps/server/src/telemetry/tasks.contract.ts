/** What every store of events says of tasks: how each went as a whole, for all the variants in it. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Served } from "@dimmer/protocol";
import type { KeptEvent } from "./event-store.ts";
import { ALL, base, call, NOW, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS } from "./times.ts";

const PLANNER: Served = { flag: "planner", variant: "mini" };
const NONE = { p50: null, p95: null, p99: null };

/** Each test has an environment of its own. */
export function tasksContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  const step = (task: string, more: object = {}): KeptEvent => ({
    ...base(),
    served: undefined,
    task,
    kind: "step",
    operation: "retrieval",
    durationMs: 40,
    ...more,
  });
  const end = (task: string, success: boolean, more: object = {}): KeptEvent => ({
    ...base(),
    served: undefined,
    task,
    kind: "task",
    success,
    ...more,
  });

  test("[tasks-measured] a task is credited whole to every variant that was involved in it, of each flag", async () => {
    await store.appendEvents([
      received("whole", [
        call({ task: "one" }),
        call({ task: "one" }, SONNET),
        call({ task: "one", costMicroUsd: 500 }, PLANNER),
        step("one", { costMicroUsd: 1_000 }),
        step("one"),
        end("one", true, { durationMs: 4_000 }),
        call({ task: "two", errorType: "timeout", costMicroUsd: undefined }),
        end("two", false, { durationMs: 9_000 }),
        call({ task: "three" }, SONNET),
        end("three", true),
        call({ task: "a-trace" }),
        end("of-nobody", true),
        call(),
      ]),
    ]);
    const one = { generations: 3, steps: 2, costMicroUsd: 16_500 };
    expect(await store.tasks(place("whole"), ALL, "summarizer")).toEqual([
      {
        variant: "opus",
        tasks: 2,
        succeeded: 1,
        durationMs: { p50: 4_000, p95: 9_000, p99: 9_000 },
        generations: one.generations + 1,
        steps: one.steps,
        costMicroUsd: one.costMicroUsd,
        priced: 2,
        thumbsUp: 0,
        thumbsDown: 0,
      },
      {
        variant: "sonnet",
        tasks: 2,
        succeeded: 2,
        durationMs: { p50: 4_000, p95: 4_000, p99: 4_000 },
        generations: one.generations + 1,
        steps: one.steps,
        costMicroUsd: one.costMicroUsd + 7_500,
        priced: 2,
        thumbsUp: 0,
        thumbsDown: 0,
      },
    ]);
    expect(await store.tasks(place("whole"), ALL, "planner")).toMatchObject([{ variant: "mini", tasks: 1, ...one }]);
    expect(await store.tasks(place("whole"), ALL, "other")).toEqual([]);
    expect(await store.tasks(place("elsewhere"), ALL, "summarizer")).toEqual([]);
  });

  test("[tasks-measured] feedback on one run credits every variant that was involved in its task; the last word of a run counts", async () => {
    const thumbs = (run: string, value: number, more: object = {}): KeptEvent => ({
      ...base(SONNET),
      run,
      task: "one",
      kind: "feedback",
      name: "thumbs",
      value,
      ...more,
    });
    await store.appendEvents([
      received("liked", [
        call({ task: "one" }),
        call({ task: "one" }, SONNET),
        call({ task: "one" }, PLANNER),
        thumbs("run-1", 0),
        thumbs("run-1", 1, { at: NOW + 1 }),
        thumbs("run-2", 0),
        thumbs("run-3", 1, { task: "two" }),
        thumbs("run-4", 1, { name: "rating" }),
        end("one", true),
      ]),
    ]);
    const credited = { tasks: 1, thumbsUp: 1, thumbsDown: 1 };
    expect(await store.tasks(place("liked"), ALL, "summarizer")).toMatchObject([
      { variant: "opus", ...credited },
      { variant: "sonnet", ...credited },
    ]);
    expect(await store.tasks(place("liked"), ALL, "planner")).toMatchObject([{ variant: "mini", ...credited }]);
  });

  test("a task with a call of unknown cost is in no sum of cost, and what nobody saw costs it nothing", async () => {
    await store.appendEvents([
      received("costs", [
        call({ task: "one" }),
        call({ task: "one", shadow: true }, SONNET),
        call({ task: "two" }),
        call({ task: "two", costMicroUsd: undefined }, PLANNER),
        end("one", false),
        end("two", false),
      ]),
    ]);
    expect(await store.tasks(place("costs"), ALL, "summarizer")).toEqual([
      {
        variant: "opus",
        tasks: 2,
        succeeded: 0,
        durationMs: NONE,
        generations: 3,
        steps: 0,
        costMicroUsd: 7_500,
        priced: 1,
        thumbsUp: 0,
        thumbsDown: 0,
      },
    ]);
  });

  test("[overrides-no-evidence] a task in which an override forced anything is none", async () => {
    await store.appendEvents([
      received("forced", [
        call({ task: "one" }),
        call({ task: "one" }, { ...PLANNER, overridden: true }),
        call({ task: "two" }),
        end("one", true),
        end("two", true),
      ]),
    ]);
    expect(await store.tasks(place("forced"), ALL, "summarizer")).toMatchObject([{ variant: "opus", tasks: 1 }]);
  });

  test("a task counts in the time in which it ended, with all of it from a day before on, and ends once", async () => {
    await store.appendEvents([
      received("edges", [
        call({ task: "one", at: NOW - 2 * DAY_MS }, PLANNER),
        call({ task: "one", at: NOW - HOUR_MS }, PLANNER),
        call({ task: "one", at: NOW - 1 }),
        end("one", true, { at: NOW + 1, durationMs: 5 }),
        end("one", false, { at: NOW + 2, durationMs: 6 }),
        call({ task: "before", at: NOW - 2 }),
        end("before", true, { at: NOW - 1 }),
      ]),
    ]);
    const span = { since: NOW, until: NOW + HOUR_MS };
    expect(await store.tasks(place("edges"), span, "summarizer")).toMatchObject([
      { variant: "opus", tasks: 1, succeeded: 1, generations: 2, durationMs: { p50: 5 } },
    ]);
  });
}
