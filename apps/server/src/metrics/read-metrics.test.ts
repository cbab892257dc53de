/** What becomes of metrics of which some take too long. */

import { describe, expect, test } from "vitest";
import { NO_EVENTS, type EventStore } from "../telemetry/event-store.ts";
import { QuestionTooLargeError, StoreGoneError } from "../telemetry/telemetry-store.ts";
import { readMetrics } from "./read-metrics.ts";
import type { NamedDefinition } from "./reckon-metrics.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const PLACE = { project: "p", environment: "production" };
const RATE: NamedDefinition = { name: "bought", event: "bought", type: "rate", direction: "up" };

/** The store of nothing, in which some questions are refused. */
function read(refused: readonly (keyof typeof NO_EVENTS)[], error: Error = new QuestionTooLargeError("4 s")) {
  const questions = Object.entries(NO_EVENTS).map(([name, rows]) => [
    name,
    async () => {
      if (refused.some((one) => one === name)) throw error;
      return rows;
    },
  ]);
  const store = Object.fromEntries(questions) as unknown as EventStore;
  return readMetrics(store, PLACE, NOW, { flag: "model", hours: 24, by: "none", definitions: [RATE] });
}

describe("[metrics-degrade]", () => {
  test("tasks that take too long are null, and the answer says so and what to do", async () => {
    expect(await read(["tasks"])).toMatchObject({
      variants: [],
      values: [],
      tasks: null,
      leftOut: [
        { what: "tasks", remark: "Tasks took too long to add up and are left out. Ask for a shorter time (fewer hours)." },
      ],
    });
  });

  test.each([
    [["points"], ["series"]],
    [
      ["modelsAnswered", "shadows"],
      ["models", "shadow"],
    ],
    [
      ["values", "told"],
      ["values", "defined"],
    ],
    [["bases"], ["defined"]],
    [[], []],
  ] as const)("where %j take too long, %j are left out, and nothing else is", async (refused, parts) => {
    const view = await read(refused);
    expect(view.leftOut.map(({ what }) => what)).toEqual(parts);
    const nulls = Object.entries(view).flatMap(([name, value]) => (value === null ? [name] : []));
    expect(nulls.sort()).toEqual([...parts].sort());
  });

  test("without the variants there is no answer, nor where the store is away", async () => {
    await expect(read(["metrics"])).rejects.toThrow(QuestionTooLargeError);
    await expect(read(["tasks"], new StoreGoneError("away"))).rejects.toThrow("away");
  });
});
