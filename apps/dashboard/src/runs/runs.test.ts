/** Runs put together from their events, and what the page says of them. */

import { describe, expect, test } from "vitest";
import type { Served, StoredEvent } from "@dimmer/protocol";
import { personIn, personLink } from "./person-link.ts";
import { groupRuns, summariseRun } from "./read-run.ts";
import { sayCalls, sayError, sayEvent, sayFeedback, sayJudgement, sayOutcome, sayServed, sayTotal } from "./say-run.ts";

const SERVED: Served = { flag: "writer", variant: "opus", valueVersion: 2, path: "rule", rule: "paid" };
let made = 0;
const event = (at: number, more: object): StoredEvent =>
  ({ id: `event-${made++}`, at, run: "r1", served: SERVED, receivedAt: at, source: "server", ...more }) as StoredEvent;
const CALL = {
  kind: "generation",
  operation: "chat",
  attempt: 1,
  durationMs: 900,
  provider: "anthropic",
  requestModel: "opus-4",
};
const FAILED = event(10, { ...CALL, errorType: "timeout", httpStatus: 504 });
const ANSWERED = event(20, {
  ...CALL,
  attempt: 2,
  provider: undefined,
  requestModel: "gpt",
  responseModel: "gpt-2",
  served: { ...SERVED, variant: "latest" },
  inputTokens: 1_200,
  outputTokens: 90,
  cacheReadInputTokens: 300,
  costMicroUsd: 2_000,
  timeToFirstChunkMs: 120,
  finishReasons: ["length"],
  toolCalls: 2,
});
const END = event(30, {
  kind: "run",
  outcome: "fallback",
  attempts: 2,
  durationMs: 1_900,
  served: { ...SERVED, variant: "latest" },
});
const DOWN = event(40, { kind: "feedback", name: "thumbs", value: 0 });
const RUN = [DOWN, END, ANSWERED, FAILED, event(5, { kind: "exposure" })];

describe("a run", () => {
  test("is put together from its events, whatever their order, and knows what is not known", () => {
    const { end, feedback, ...summary } = summariseRun("r1", RUN);
    expect(summary).toEqual({
      run: "r1",
      at: 5,
      served: SERVED,
      calls: 2,
      failed: 1,
      cost: { microUsd: 2_000, unknown: 0 },
      model: "gpt-2",
    });
    expect([end, feedback]).toEqual([END, [DOWN]]);
    expect(summariseRun("r1", [event(1, CALL)]).cost).toEqual({ microUsd: 0, unknown: 1 });
  });

  test("stands among others, the newest first; what names no run is none", () => {
    const events = [...RUN, event(90, { kind: "exposure", run: "r2" }), event(95, { kind: "exposure", run: undefined })];
    expect(groupRuns(events).map(({ run }) => run)).toEqual(["r2", "r1"]);
  });

  test("says who answered", () => {
    expect(sayOutcome(summariseRun("r1", RUN))).toBe("The fallback latest answered after 2 calls, in 1.9 s");
    expect(sayOutcome(summariseRun("r1", [FAILED]))).toBe("Its end was not told");
    expect(sayOutcome(summariseRun("r1", []))).toBe("Nobody has told of an answer");
    const ended = (outcome: string, attempts: number) =>
      sayOutcome(summariseRun("r1", [event(1, { kind: "run", outcome, attempts, durationMs: 5 })]));
    expect(ended("reply", 0)).toBe("opus gave its ready reply, in 5 ms");
    expect(ended("model", 1)).toBe("opus answered, in 5 ms");
    expect([ended("default", 0), ended("error", 3)]).toEqual([
      "The app’s own default answered, in 5 ms",
      "Nobody answered after 3 calls, in 5 ms",
    ]);
  });

  test.each<[Partial<Served>, string]>([
    [{}, "writer gave opus, version 2, because the rule “Paying” holds"],
    [{ path: "default", rule: undefined }, "writer gave opus, version 2, because no rule holds"],
    [{ path: undefined, reason: "SPLIT", valueVersion: undefined }, "writer gave opus, because its share of the split says so"],
    [{ path: undefined, reason: "THEIRS" }, "writer gave opus, version 2"],
    [
      { path: "fallback", blocked: true },
      "writer gave opus, version 2, because it is the fallback; it may not have the variant that the rules name",
    ],
  ])("says why: %j", (more, said) => expect(sayServed({ ...SERVED, ...more }, () => "“Paying”")).toBe(said));

  test("says each call, with what is not known", () => {
    expect(sayEvent(FAILED)).toEqual({
      text: "opus-4 of anthropic was asked: it took too long",
      details: ["status 504"],
      isFailed: true,
    });
    expect(sayEvent(ANSWERED)).toEqual({
      text: "gpt was asked, and gpt-2 answered",
      details: [
        "attempt 2",
        "1,200 (300 from the cache) → 90 tokens",
        "$0.00200",
        "first words after 120 ms",
        "called 2 tools",
        "cut off at its longest",
      ],
      isFailed: false,
    });
    expect(sayEvent(event(1, { ...CALL, refused: true, shadow: true, outputTokens: 3 }))).toEqual({
      text: "Unseen by anybody: opus-4 of anthropic refused",
      details: ["? → 3 tokens", "cost not known"],
      isFailed: true,
    });
    expect(sayEvent(event(1, CALL))).toMatchObject({
      text: "opus-4 of anthropic answered",
      details: ["tokens not told", "cost not known"],
    });
    expect(
      sayEvent(event(1, { kind: "step", operation: "execute_tool", name: "search", durationMs: 3, errorType: "not_found" })),
    ).toEqual({
      text: "The tool search: not found",
      details: [],
      isFailed: true,
    });
    expect(sayEvent(event(1, { kind: "metric", name: "copied", value: 3 }))).toMatchObject({
      text: "The app counted copied",
      details: ["3"],
    });
    expect(sayEvent(END)).toBeUndefined();
    expect(sayError("its_own")).toBe("its own");
  });

  test.each<[object, string]>([
    [{ kind: "feedback", name: "thumbs", value: 1 }, "Thumbs up"],
    [{ kind: "feedback", name: "rating", value: 0.8 }, "Rated 80 of 100"],
    [{ kind: "feedback", name: "comment", comment: "Too long." }, "“Too long.”"],
    [{ kind: "feedback", name: "retried", value: 1 }, "Asked again"],
    [{ kind: "score", name: "faithful", value: 0.6234, label: "partly" }, "faithful: 0.623, partly"],
  ])("%j: %s", (more, said) => expect(sayJudgement(event(1, more) as Parameters<typeof sayJudgement>[0])).toBe(said));

  test("says sums so that unknown is not nothing", () => {
    expect(sayTotal({ microUsd: 2_000, unknown: 0 })).toBe("$0.00200");
    expect(sayTotal({ microUsd: 2_000, unknown: 1 })).toBe("$0.00200, and one call not known");
    expect(sayTotal({ microUsd: 0, unknown: 2 })).toBe("not known");
    expect(
      [
        [2, 1],
        [1, 1],
        [2, 2],
        [1, 0],
        [0, 0],
      ].map(([calls = 0, failed = 0]) => sayCalls({ calls, failed })),
    ).toEqual(["2 calls, 1 failed", "1 call, failed", "2 calls, all failed", "1 call", ""]);
    expect(sayFeedback(summariseRun("r1", RUN))).toBe("Thumbs down");
  });
});

test("a person in an address stands where no server sees it, and comes back", () => {
  expect(personIn(personLink("user 7&#é"))).toBe("user 7&#é");
  expect(["", "person=", "person=%", "other=x"].map(personIn)).toEqual([undefined, undefined, undefined, undefined]);
});
