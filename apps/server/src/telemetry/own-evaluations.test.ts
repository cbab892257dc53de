/** What the server evaluates itself reaches the intake as a batch, by environment and kind of key. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Evaluation } from "@dimmer/evaluation";
import type { TelemetryBatch } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOwnEvaluations } from "./own-evaluations.ts";
import { minuteOf } from "./times.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const evaluation: Evaluation = {
  flagKey: "model",
  value: true,
  variant: "on",
  reason: "STATIC",
  flagMetadata: { path: "default", valueVersion: 1 },
  fallback: [],
};

function open() {
  const taken: [string, TelemetryBatch][] = [];
  let ids = 0;
  const evaluations = openOwnEvaluations({
    intake: {
      take({ environment, source }, batch) {
        taken.push([`${environment} ${source}`, batch]);
        return { accepted: 0, dropped: 0 };
      },
    },
    snapshotOf: () => ({ flags: {} }),
    clock: () => NOW,
    drawId: () => `batch-${++ids}`,
  });
  const ask = (environment: string, source: "server" | "browser", targetingKey: string): void =>
    evaluations.count({ project: "p", environment, source }, evaluation, { targetingKey });
  return { evaluations, taken, ask };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("a while after the first, and again after the next", () => {
  const { taken, ask } = open();
  ask("production", "server", "user-1");
  ask("production", "server", "user-2");
  ask("production", "browser", "user-3");
  expect(taken).toEqual([]);
  vi.advanceTimersByTime(TELEMETRY_LIMITS.ownBucketMs);
  expect(
    taken.map(
      ([
        from,
        {
          batch,
          minute,
          evaluations: [first],
        },
      ]) => [from, batch, minute, first?.count],
    ),
  ).toEqual([
    ["production server", "batch-1", minuteOf(NOW), 2],
    ["production browser", "batch-2", minuteOf(NOW), 1],
  ]);
  ask("production", "server", "user-1");
  vi.advanceTimersByTime(TELEMETRY_LIMITS.ownBucketMs);
  expect(taken).toHaveLength(3);
});

test("closing hands over what is counted, and leaves no timer", () => {
  const { evaluations, taken, ask } = open();
  ask("production", "server", "user-1");
  evaluations.close();
  expect([taken.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test("an environment that is gone has nobody to tell", () => {
  const gone = openOwnEvaluations({
    intake: { take: () => expect.fail("nothing is to be taken") },
    snapshotOf: () => undefined,
    clock: () => NOW,
    drawId: () => "batch-1",
  });
  gone.count({ project: "p", environment: "gone", source: "server" }, evaluation, {});
  gone.close();
  expect(vi.getTimerCount()).toBe(0);
});
