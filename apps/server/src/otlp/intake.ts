/** Takes what OpenTelemetry's exporters send: what tells of a flag's calls becomes events, the rest is let go by, and each is counted. */

import { EVENT_LIMITS, ProblemError, type TelemetryEvent } from "@dimmer/protocol";
import type { EventIntake } from "../telemetry/event-intake.ts";
import { eventOf, EVALUATION_EVENTS, findTimeFault, SCORE_EVENT, scoreOf, workOf } from "./events-of-span.ts";
import { choose, type Finding, findFlag, type Parents } from "./find-flag.ts";
import { type FlagsHere, namedBy, openNamedFlags } from "./named-flags.ts";
import { type OtlpLog, type OtlpRecords, type OtlpSpan, readLogs, readSpans } from "./read-records.ts";

/** What became of every span and log record that was sent, once each. */
export interface OtlpCounts {
  /** Became events, whose own counts go on with them. */
  readonly taken: number;
  /** Said which flag was evaluated to what, or are about something else. */
  readonly passed: number;
  /** Told of a model, and of no flag of the environment. */
  readonly withoutFlag: number;
  /** Told of a model, and any of several flags could be meant. */
  readonly severalFlags: number;
  /** Could not be read. */
  readonly refused: number;
}

/** Shape: `why` is absent where there is nothing to say; it may be a hint where nothing was refused. */
export interface OtlpOutcome {
  readonly refused: number;
  readonly why: string | undefined;
}

export interface OtlpIntake {
  takeSpans(here: FlagsHere, body: unknown): OtlpOutcome;
  takeLogs(here: FlagsHere, body: unknown): OtlpOutcome;
  counts(): OtlpCounts;
}

export interface OtlpPorts {
  readonly events: Pick<EventIntake, "take">;
  readonly clock: () => number;
}

/** What one record became: events, or how it is counted, or why it is refused. */
type Taken = readonly TelemetryEvent[] | "passed" | "none" | "several" | { readonly why: string };

const COUNTED_AS = { passed: "passed", none: "withoutFlag", several: "severalFlags" } as const;

const NOTHING = { taken: 0, passed: 0, withoutFlag: 0, severalFlags: 0, refused: 0 };
const COUNTS = Object.keys(NOTHING) as readonly (keyof OtlpCounts)[];

const HINTS = {
  withoutFlag:
    "No call of a model names a flag of this environment. Set feature_flag.key and feature_flag.result.variant on its span, or on one above it that is sent with it.",
  severalFlags:
    "Several flags were evaluated above these calls, and none names the model that was called. Set feature_flag.key and feature_flag.result.variant on the call's own span.",
} as const;

/**
 * Shape:  sent again, nothing counts twice. Refused whole, with 503, where no event finds room: exporters try again.
 * Errors: `ProblemError` invalid-request where a body is none of OTLP's, telemetry-unavailable where there is no room.
 * Source: ADR-0055; OpenTelemetry's specification of OTLP/HTTP.
 */
export function openOtlpIntake({ events: intake, clock }: OtlpPorts): OtlpIntake {
  const named = openNamedFlags(clock);
  const counts = { ...NOTHING };

  const takeAll = <T>(here: FlagsHere, { records, refused, why }: OtlpRecords<T>, take: (record: T) => Taken): OtlpOutcome => {
    const now = { ...NOTHING, refused };
    const events: TelemetryEvent[] = [];
    let reason = why;
    for (const record of records) {
      const taken = take(record);
      if (typeof taken === "string") now[COUNTED_AS[taken]]++;
      else if ("why" in taken) {
        now.refused++;
        reason ??= taken.why;
      } else {
        now.taken++;
        events.push(...taken);
      }
    }
    for (const name of COUNTS) counts[name] += now[name];
    const dropped = store(here, events);
    if (events.length > 0 && dropped === events.length) throw noRoom();
    return { refused: now.refused + dropped, why: reason ?? (dropped > 0 ? `${dropped} found no room.` : hintOf(now)) };
  };

  /** In parts, as what waits for the store is given up alone. Gives how many found no room. */
  const store = ({ project, environment }: FlagsHere, events: readonly TelemetryEvent[]): number => {
    let dropped = 0;
    for (let from = 0; from < events.length; from += EVENT_LIMITS.events) {
      const part = events.slice(from, from + EVENT_LIMITS.events);
      dropped += intake.take({ project, environment, source: "server" }, part).dropped;
    }
    return dropped;
  };

  const nameFlags = (here: FlagsHere, span: OtlpSpan): void => {
    const { traceId, spanId } = span;
    for (const { name, attributes } of span.events) {
      const flag = name !== undefined && EVALUATION_EVENTS.has(name) ? namedBy(attributes, here) : undefined;
      if (flag !== undefined) named.add(here, traceId, spanId, flag, "evaluation");
    }
    const own = namedBy(span.attributes, here);
    if (own !== undefined) named.add(here, traceId, spanId, own, "label");
  };

  const takeSpan = (here: FlagsHere, span: OtlpSpan, parents: Parents): Taken => {
    const { traceId, spanId } = span;
    const work = workOf(span);
    const scores = span.events.filter(({ name }) => name === SCORE_EVENT);
    if (work === undefined && scores.length === 0) return "passed";
    const fault = work && findTimeFault(span);
    if (fault !== undefined) return { why: `Span ${spanId}: ${fault}` };
    const found = findFlag(span, parents, named.of(here, traceId), here);
    const told: TelemetryEvent[] = scores.flatMap((score) => {
      const flag = namedBy(score.attributes, here) ?? found;
      return (typeof flag === "object" && scoreOf(traceId, spanId, score, flag)) || [];
    });
    if (work === undefined) return told.length > 0 ? told : countedAs(found);
    if (typeof found !== "object") return told.length > 0 ? told : found;
    // What is scored later, in a log record, belongs to the same.
    named.add(here, traceId, spanId, found, "label");
    return [eventOf(span, work, found), ...told];
  };

  const takeLog = (here: FlagsHere, log: OtlpLog): Taken => {
    const { name, traceId, spanId = NO_SPAN } = log;
    if (name !== SCORE_EVENT || traceId === undefined) return "passed";
    const trace = named.of(here, traceId);
    const above = choose(trace.by(spanId), undefined, here);
    const found = namedBy(log.attributes, here) ?? (above === "none" ? choose(trace.evaluated(), undefined, here) : above);
    if (typeof found !== "object") return found;
    const score = scoreOf(traceId, spanId, log, found);
    return score === undefined ? { why: NO_SCORE } : [score];
  };

  const nameFlag = (here: FlagsHere, { name, traceId, spanId = NO_SPAN, attributes }: OtlpLog): void => {
    const flag = name !== undefined && EVALUATION_EVENTS.has(name) ? namedBy(attributes, here) : undefined;
    if (flag !== undefined && traceId !== undefined) named.add(here, traceId, spanId, flag, "evaluation");
  };

  return {
    takeSpans(here, body) {
      const read = readSpans(body);
      const parents = parentsOf(read.records);
      // All of them first: a span comes before those above it, which end after it.
      for (const span of read.records) nameFlags(here, span);
      return takeAll(here, read, (span) => takeSpan(here, span, parents.get(span.traceId) ?? new Map()));
    },
    takeLogs(here, body) {
      const read = readLogs(body);
      for (const log of read.records) nameFlag(here, log);
      return takeAll(here, read, (log) => takeLog(here, log));
    },
    counts: () => ({ ...counts }),
  };
}

/** Only where nothing was anybody's: most apps make calls that no flag decides. */
function hintOf({ taken, withoutFlag, severalFlags }: OtlpCounts): string | undefined {
  if (taken > 0) return undefined;
  if (withoutFlag > 0) return HINTS.withoutFlag;
  return severalFlags > 0 ? HINTS.severalFlags : undefined;
}

/** In place of the span of what was told outside of any. */
const NO_SPAN = "0000000000000000";

const NO_SCORE = "gen_ai.evaluation.result needs gen_ai.evaluation.name and a number as gen_ai.evaluation.score.value.";

const noRoom = () =>
  new ProblemError("telemetry-unavailable", "There is no room for more telemetry until its store has caught up. Send it again.");

/** A span whose scores were none says nothing of a flag. */
const countedAs = (found: Finding): Taken => (typeof found === "object" ? { why: NO_SCORE } : found);

function parentsOf(spans: readonly OtlpSpan[]): ReadonlyMap<string, Parents> {
  const parents = new Map<string, Map<string, string | null>>();
  for (const { traceId, spanId, parentSpanId } of spans) {
    const ofTrace = parents.get(traceId) ?? new Map<string, string | null>();
    parents.set(traceId, ofTrace.set(spanId, parentSpanId ?? null));
  }
  return parents;
}
