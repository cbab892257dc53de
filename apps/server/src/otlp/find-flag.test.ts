/** Whose call it is: the flag that its span names, or one above it or in its trace, and nobody's where that would be a guess. */

import { beforeEach, expect, test } from "vitest";
import { OTLP_LIMITS } from "./limits.ts";
import { CALL, HERE, named, openSampleIntake, type SampleIntake } from "./sample-intake.contract.ts";
import { eventAt, logAt, logsOf, type SampleSpan, spanId, spanOf, TRACE_ID, tracesOf } from "./sample-spans.contract.ts";

let world: SampleIntake;
beforeEach(() => {
  world = openSampleIntake();
});

const parents = (...levels: readonly SampleSpan[]): readonly SampleSpan[] =>
  levels.map((span, at) => ({ id: spanId(at + 1), ...(at + 1 < levels.length ? { parent: spanId(at + 2) } : {}), ...span }));
const evaluated = (...flags: readonly string[]) => flags.map((flag) => eventAt(1, "feature_flag.evaluation", named(flag)));
const call = { attributes: CALL };

test.each<[what: string, spans: readonly SampleSpan[], flag: string | undefined]>([
  ["that of the span itself, whatever it calls", [{ attributes: { ...named("answer"), ...CALL } }], "answer"],
  ["that of the span above", parents(call, { attributes: named("summary") }), "summary"],
  ["that of the first of all", parents(call, {}, {}, { attributes: named("summary") }), "summary"],
  ["one that was evaluated above", parents(call, { events: evaluated("summary") }), "summary"],
  [
    "one by the event's name of before",
    parents(call, { events: [eventAt(1, "feature_flag", { "feature_flag.key": "open", "feature_flag.variant": "on" })] }),
    "open",
  ],
  ["the nearest that fits", parents(call, { attributes: named("open") }, { attributes: named("summary") }), "open"],
  ["not one that calls another model", parents(call, { events: evaluated("answer") }), undefined],
  ["the next above it then", parents(call, { events: evaluated("answer") }, { attributes: named("summary") }), "summary"],
  [
    "of several the one that names the model",
    parents(call, { events: evaluated("open", "summary", "answer", "dark") }),
    "summary",
  ],
  ["a text may name it", parents(call, { events: evaluated("open", "chat-model") }), "chat-model"],
  ["not the only other one where a config was passed over", parents(call, { events: evaluated("answer", "open") }), undefined],
  [
    "one that names it with a provider",
    [
      { attributes: { "gen_ai.request.model": "openai/gpt-4o-mini" }, parent: spanId(2) },
      { id: spanId(2), events: evaluated("summary") },
    ],
    "summary",
  ],
  [
    "one that names it without its date",
    [
      { attributes: { "gen_ai.response.model": "gpt-4o-mini-2024-07-18" }, parent: spanId(2) },
      { id: spanId(2), events: evaluated("summary") },
    ],
    "summary",
  ],
  [
    "not one of a larger model",
    [
      { attributes: { "gen_ai.request.model": "gpt-4o-mini-tts" }, parent: spanId(2) },
      { id: spanId(2), events: evaluated("summary") },
    ],
    undefined,
  ],
  ["of two that name it neither", parents(call, { events: evaluated("summary", "chat-model") }), undefined],
  ["of two that name none neither", parents(call, { events: evaluated("open", "dark") }), undefined],
  [
    "where the call names no model, the config",
    parents({ attributes: { "gen_ai.operation.name": "chat" } }, { events: evaluated("open", "summary") }),
    "summary",
  ],
  ["not one of another environment", [{ attributes: { ...named("of-another-place"), ...CALL } }], undefined],
  [
    "not one of another set",
    [{ attributes: { ...named("summary"), "feature_flag.set.id": "shop/staging", ...CALL } }],
    undefined,
  ],
  ["not one without a variant", [{ attributes: { "feature_flag.key": "summary", ...CALL } }], undefined],
  [
    "not one of a span beside it",
    [{ ...call, parent: spanId(3) }, { id: spanId(2), attributes: named("open"), parent: spanId(3) }, { id: spanId(3) }],
    undefined,
  ],
  [
    "not one of another trace",
    [
      { ...call, parent: spanId(2) },
      { trace: "1".repeat(32), id: spanId(2), attributes: named("open") },
    ],
    undefined,
  ],
  [
    "nobody's in a circle",
    [
      { ...call, parent: spanId(2) },
      { id: spanId(2), parent: spanId(1) },
    ],
    undefined,
  ],
  [
    "nobody's beyond the bound",
    parents(call, ...Array.from({ length: OTLP_LIMITS.ancestors }, () => ({})), { attributes: named("open") }),
    undefined,
  ],
])("%s", (_what, spans, flag) => {
  world.send(...spans);
  world.check(flag === undefined ? [] : [{ id: TRACE_ID + spanId(1), served: { flag } }]);
});

test("the targeting key is that of whoever the flag was evaluated for", () => {
  const event = eventAt(1, "feature_flag.evaluation", { ...named("summary"), "feature_flag.context.id": "user-7" });
  world.send(...parents(call, { events: [event] }));
  world.check([{ targetingKey: "user-7" }]);
});

test("what is named in one environment is named in no other", () => {
  const record = logsOf(logAt(1, "feature_flag.evaluation", named("summary"), spanId(7)));
  world.otlp.takeLogs({ ...HERE, environment: "staging" }, record);
  world.otlp.takeLogs({ ...HERE, project: "other" }, record);
  world.send({ ...call, parent: spanId(7) });
  world.check([]);
});

test("a log record that came before says it, where the way up leaves what was sent", () => {
  world.otlp.takeLogs(HERE, logsOf(logAt(1, "feature_flag.evaluation", named("summary"), spanId(7))));
  world.send({ ...call, parent: spanId(5) });
  world.send({ id: spanId(2), ...call, parent: spanId(7) });
  world.check([{ served: { flag: "summary" } }, { served: { flag: "summary" } }]);
  // All of this trace is HERE, and nothing of it is below the span that evaluated.
  world.send({ id: spanId(3), ...call });
  expect(world.events).toHaveLength(2);
  world.wait(OTLP_LIMITS.namedKeptMs);
  world.send({ id: spanId(4), ...call, parent: spanId(7) });
  expect(world.events).toHaveLength(2);
  expect(world.otlp.counts()).toEqual({ taken: 2, passed: 1, withoutFlag: 2, severalFlags: 0, refused: 0 });
});

test("what is named is forgotten trace by trace, the oldest first, and a trace has room for so many", () => {
  const many = (trace: string, number: number) =>
    world.otlp.takeSpans(
      HERE,
      tracesOf(
        ...Array.from({ length: number }, (_, at) => spanOf({ trace, id: spanId(at + 10), attributes: named(`flag-${at}`) })),
      ),
    );
  const traceOf = (at: number) => (at + 1).toString(16).padStart(32, "0");
  const below = (trace: string, id: number) => world.send({ trace, ...call, parent: spanId(id) });
  for (let at = 0; at <= OTLP_LIMITS.named / OTLP_LIMITS.namedOfTrace; at++) many(traceOf(at), OTLP_LIMITS.namedOfTrace + 1);
  below(traceOf(0), 10);
  expect(world.events).toHaveLength(0);
  below(traceOf(1), 9 + OTLP_LIMITS.namedOfTrace);
  expect(world.events).toHaveLength(1);
  below(traceOf(2), 10 + OTLP_LIMITS.namedOfTrace);
  expect(world.events).toHaveLength(1);
});
