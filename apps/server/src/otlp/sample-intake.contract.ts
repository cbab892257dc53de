/** An intake of spans and logs for the environment `production` of `shop`, whose events are looked at. */

import { expect } from "vitest";
import { EVENT_LIMITS, type TelemetryEvent, TelemetryEventPart } from "@dimmer/protocol";
import { openOtlpIntake, type OtlpIntake, type OtlpOutcome } from "./intake.ts";
import type { FlagsHere } from "./named-flags.ts";
import { type SampleSpan, spanOf, STARTED_AT, tracesOf } from "./sample-spans.contract.ts";

/** Every flag is there but one. */
const MODELS: Readonly<Record<string, ReturnType<FlagsHere["modelOf"]>>> = {
  summary: { config: "gpt-4o-mini" },
  answer: { config: "claude-sonnet-4-5" },
  "chat-model": { text: "gpt-4o-mini" },
};
export const HERE: FlagsHere = {
  project: "shop",
  environment: "production",
  has: (flag) => flag !== "of-another-place",
  modelOf: ({ flag }) => MODELS[flag] ?? {},
};

export const CALL = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini" };
export const ALL_WELL: OtlpOutcome = { refused: 0, why: undefined };
export const named = (flag: string, variant = "mini") => ({ "feature_flag.key": flag, "feature_flag.result.variant": variant });

export interface SampleIntake {
  readonly otlp: OtlpIntake;
  /** All that it made, in order. */
  readonly events: readonly TelemetryEvent[];
  send(...spans: readonly SampleSpan[]): OtlpOutcome;
  /** Whatever is made of a span, the intake of events takes it. */
  check(expected: readonly object[]): void;
  wait(ms: number): void;
  /** So many more events find room. */
  leaveRoom(number: number): void;
}

export function openSampleIntake(): SampleIntake {
  let [now, room] = [STARTED_AT, Infinity];
  const events: TelemetryEvent[] = [];
  const froms: object[] = [];
  const otlp = openOtlpIntake({
    clock: () => now,
    events: {
      take(from, given) {
        froms.push({ ...from, isTooMany: given.length > EVENT_LIMITS.events });
        const accepted = Math.min(room, given.length);
        room -= accepted;
        events.push(...(given.slice(0, accepted) as TelemetryEvent[]));
        return { accepted, dropped: given.length - accepted, issues: [] };
      },
    },
  });
  return {
    otlp,
    events,
    send: (...spans) => otlp.takeSpans(HERE, tracesOf(...spans.map(spanOf))),
    check(expected) {
      expect(events).toMatchObject(expected);
      expect(events).toHaveLength(expected.length);
      const from = { project: "shop", environment: "production", source: "server", isTooMany: false };
      expect(froms).toEqual(froms.map(() => from));
      for (const event of events) expect(TelemetryEventPart.safeParse(event)).toMatchObject({ success: true });
    },
    wait: (ms) => void (now += ms),
    leaveRoom: (number) => void (room = number),
  };
}
