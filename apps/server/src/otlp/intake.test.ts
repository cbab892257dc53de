/** Scores, what is said back to an exporter, and that each record is counted once. */

import { beforeEach, describe, expect, test } from "vitest";
import { EVENT_LIMITS, type ProblemError } from "@dimmer/protocol";
import { ALL_WELL, CALL, HERE, named, openSampleIntake, type SampleIntake } from "./sample-intake.contract.ts";
import { eventAt, logAt, logsOf, spanId, spanOf, TRACE_ID, tracesOf } from "./sample-spans.contract.ts";

let world: SampleIntake;
beforeEach(() => {
  world = openSampleIntake();
});

describe("scores", () => {
  const score = {
    "gen_ai.evaluation.name": "relevance",
    "gen_ai.evaluation.score.value": 0.75,
    "gen_ai.evaluation.score.label": "good",
  };
  const SCORE = { kind: "score", name: "relevance", value: 0.75, label: "good", run: TRACE_ID, served: { flag: "summary" } };

  test("on the span of the call, and as a log record later: the same one once, by its id", () => {
    world.send({ attributes: { ...named("summary"), ...CALL }, events: [eventAt(9, "gen_ai.evaluation.result", score)] });
    expect(
      world.otlp.takeLogs(
        HERE,
        logsOf(logAt(9, "gen_ai.evaluation.result", score, spanId(1)), logAt(10, "gen_ai.evaluation.result", score, spanId(1))),
      ),
    ).toEqual(ALL_WELL);
    world.check([{ kind: "generation" }, SCORE, SCORE, SCORE]);
    const [, onSpan, asLog, another] = world.events;
    expect(asLog?.id).toBe(onSpan?.id);
    expect(another?.id).not.toBe(onSpan?.id);
  });

  test("of a call below the flag, of a span that judges, and with a flag of its own", () => {
    world.send(
      { attributes: CALL, parent: spanId(2) },
      { id: spanId(2), attributes: named("summary") },
      { id: spanId(3), parent: spanId(2), events: [eventAt(9, "gen_ai.evaluation.result", score)] },
    );
    world.otlp.takeLogs(
      HERE,
      logsOf(
        logAt(1, "gen_ai.evaluation.result", score, spanId(1)),
        logAt(1, "gen_ai.evaluation.result", { ...score, ...named("answer") }, spanId(8)),
      ),
    );
    world.check([{ kind: "generation" }, SCORE, SCORE, { ...SCORE, served: { flag: "answer" } }]);
  });

  test("a label alone is no score, and one of nothing is nobody's", () => {
    const label = { "gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.label": "pass", ...named("summary") };
    expect(world.otlp.takeLogs(HERE, logsOf(logAt(1, "gen_ai.evaluation.result", label, spanId(1))))).toMatchObject({
      refused: 1,
      why: expect.stringContaining("score.value") as string,
    });
    expect(world.send({ attributes: named("summary"), events: [eventAt(1, "gen_ai.evaluation.result", label)] })).toMatchObject({
      refused: 1,
    });
    world.otlp.takeLogs(
      HERE,
      logsOf(logAt(1, "gen_ai.evaluation.result", score), {
        ...logAt(1, "gen_ai.evaluation.result", score),
        traceId: "2".repeat(32),
      }),
    );
    world.check([]);
    expect(world.otlp.counts()).toMatchObject({ refused: 2, passed: 1, withoutFlag: 1 });
  });
});

describe("what is said back", () => {
  test("a hint where calls came and none was anybody's, and none where one was", () => {
    expect(world.send({ attributes: CALL })).toEqual({
      refused: 0,
      why: expect.stringMatching(/^No call of a model names a flag/u),
    });
    const two = ["open", "dark"].map((flag) => eventAt(1, "feature_flag.evaluation", named(flag)));
    expect(world.send({ attributes: CALL, events: two })).toEqual({ refused: 0, why: expect.stringMatching(/^Several flags/u) });
    expect(
      world.send({ attributes: CALL, id: spanId(2) }, { id: spanId(3), attributes: { ...CALL, ...named("summary") } }),
    ).toEqual(ALL_WELL);
    expect(world.otlp.counts()).toEqual({ taken: 1, passed: 0, withoutFlag: 2, severalFlags: 1, refused: 0 });
  });

  test("what finds no room is rejected in part, or as a whole to be sent again", () => {
    const calls = Array.from({ length: EVENT_LIMITS.events + 1 }, (_, at) => ({
      id: spanId(at + 1),
      attributes: { ...named("summary"), ...CALL },
    }));
    world.leaveRoom(EVENT_LIMITS.events);
    expect(world.send(...calls)).toEqual({ refused: 1, why: "1 found no room." });
    expect(() => world.send(...calls)).toThrow(
      expect.objectContaining({ code: "telemetry-unavailable" } satisfies Partial<ProblemError>),
    );
  });

  test("every record is counted once", () => {
    const attributes = { ...named("summary"), ...CALL };
    world.otlp.takeSpans(
      HERE,
      tracesOf(spanOf({ attributes }), spanOf({ id: spanId(2) }), spanOf({ id: spanId(3), attributes: CALL }), null),
    );
    world.otlp.takeLogs(HERE, logsOf(logAt(1, "app.started", {}), 5));
    expect(world.otlp.counts()).toEqual({ taken: 1, passed: 2, withoutFlag: 1, severalFlags: 0, refused: 2 });
  });
});
