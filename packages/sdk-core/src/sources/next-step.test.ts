/** What a remote source does after what, without any network. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { INITIAL_STATE, nextStep, type Outcome, type Plan, type RemoteState, type Step } from "./next-step.ts";
import type { SourceFailure } from "./source.ts";

const STREAM: Plan = { stream: true };
const lost: SourceFailure = { code: "network", message: "" };
const fetched: Outcome = { of: "fetch", failure: undefined };
const unfetched: Outcome = { of: "fetch", failure: lost };
const ended = (livedMs: number, failure = lost): Outcome => ({ of: "stream", failure, livedMs });
const status = (code: number): SourceFailure => ({ code: "status", status: code, message: "" });

/** Runs outcomes one after the other; the clock moves by the waits alone. */
function run(outcomes: readonly Outcome[], plan: Plan = STREAM): Step {
  let nowMs = 0;
  let step: Step = { state: INITIAL_STATE, action: "fetch", delayMs: 0 };
  for (const outcome of outcomes) {
    nowMs += step.delayMs;
    step = nextStep(step.state, outcome, plan, nowMs, () => 1);
  }
  return step;
}

test.each<[string, Outcome[], string, number]>([
  ["after the first snapshot, the stream at once", [fetched], "stream", 0],
  ["without a first snapshot, again", [unfetched], "fetch", 1_000],
  ["again and again, longer", [unfetched, unfetched, unfetched], "fetch", 4_000],
  ["a lost stream is opened again", [fetched, ended(5_000)], "stream", 1_000],
  ["again, longer, as it was not healthy", [fetched, ended(5_000), ended(59_999)], "stream", 2_000],
  ["a healthy one starts from the beginning", [fetched, ended(5_000), ended(5_000), ended(60_000)], "stream", 1_000],
  ["three lost ones ask for the snapshot", [fetched, ended(0), ended(0), ended(0)], "fetch", 4_000],
  ["and poll where that works", [fetched, ended(0), ended(0), ended(0), fetched], "fetch", 27_000],
  ["but blame the server where it does not", [fetched, ended(0), ended(0), ended(0), unfetched], "fetch", 8_000],
  ["and stream again once it is back", [fetched, ended(0), ended(0), ended(0), unfetched, fetched], "stream", 0],
  ["a refused stream polls at once", [fetched, ended(0, status(404)), fetched], "fetch", 27_000],
  ["a garbled stream fetches first", [fetched, ended(100, { code: "payload", message: "" })], "fetch", 1_000],
  ["and streams again after it", [fetched, ended(100, { code: "payload", message: "" }), fetched], "stream", 0],
  ["a server that is full is no refusal of streams", [fetched, ended(0, status(503))], "stream", 1_000],
])("%s", (_name, outcomes, action, delayMs) => {
  expect(run(outcomes)).toMatchObject({ action, delayMs });
});

test("while polling the stream is tried after a minute, then after two, up to ten", () => {
  let state: RemoteState = run([fetched, ended(0, status(404)), fetched]).state;
  let nowMs = state.polling === undefined ? Number.NaN : state.polling.tryStreamAtMs;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    expect(nextStep(state, fetched, STREAM, nowMs - 1, () => 1)).toMatchObject({ action: "fetch", delayMs: 27_000 });
    expect(nextStep(state, fetched, STREAM, nowMs, () => 1)).toMatchObject({ action: "stream", delayMs: 0 });
    const step = nextStep(state, ended(0, status(404)), STREAM, nowMs, () => 1);
    expect(step.action).toBe("fetch");
    state = step.state;
    waits.push((state.polling?.tryStreamAtMs ?? 0) - nowMs);
    nowMs += waits.at(-1) ?? 0;
  }
  expect(waits).toEqual([120_000, 240_000, 480_000, 600_000, 600_000, 600_000]);
});

test("a stream that opens ends the polling", () => {
  const polling = run([fetched, ended(0, status(404)), fetched]).state;
  expect(nextStep(polling, ended(1), STREAM, 0, () => 1)).toMatchObject({ action: "stream", state: { polling: undefined } });
});

test("without the stream: once, or at the interval, and failures are tried again", () => {
  const once: Plan = { stream: false, pollIntervalMs: undefined };
  const polling: Plan = { stream: false, pollIntervalMs: 10_000 };
  expect(run([fetched], once)).toMatchObject({ action: "rest" });
  expect(run([unfetched, unfetched], once)).toMatchObject({ action: "fetch", delayMs: 2_000 });
  expect(run([fetched], polling)).toMatchObject({ action: "fetch", delayMs: 9_000 });
  expect(run([unfetched, unfetched, fetched, unfetched], polling)).toMatchObject({ action: "fetch", delayMs: 1_000 });
});

test("nothing that happens ends it for good, and no wait is endless", () => {
  const failure = fc.oneof(fc.constant(lost), fc.integer({ min: 300, max: 599 }).map(status));
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.constant(fetched),
    failure.map((failed): Outcome => ({ of: "fetch", failure: failed })),
    fc.tuple(fc.nat(120_000), failure).map(([livedMs, failed]) => ended(livedMs, failed)),
  );
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 60 }), (outcomes) => {
      const { action, delayMs } = run(outcomes);
      expect(["fetch", "stream"]).toContain(action);
      expect(delayMs).toBeLessThanOrEqual(300_000);
    }),
    { seed: 20_261_124 },
  );
});
