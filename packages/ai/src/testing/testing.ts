/** For people's own unit tests: a scripted model, flags that are said, a port that keeps what it gets, a clock that is moved by hand. */

import type { AiEvent } from "../event.ts";
import type { FlagClient, FlagDetails } from "../flag-client.ts";
import type { Host } from "../host.ts";
import type { AiPort, FallbackEntry } from "../port.ts";
import {
  fakeModel,
  FakeModelError,
  type FakeAnswer,
  type FakeChunk,
  type FakeModel,
  type FakeStep,
  type FakeStream,
} from "./fake-model.ts";

export { fakeModel, FakeModelError };
export type { FakeAnswer, FakeChunk, FakeModel, FakeStep, FakeStream };

/** What a flag serves in a test. */
export interface FakeFlag {
  readonly variant?: string;
  readonly value: unknown;
  readonly fallback?: readonly FallbackEntry[];
  readonly reason?: string;
  readonly flagMetadata?: FlagDetails["flagMetadata"];
}

/**
 * Flags without a provider.
 *
 * Shape:  `fakeFlags({ summarizer: { variant: "opus", value: { provider: "anthropic", model: "claude-opus-4-6" } } })`.
 * Errors: a flag that is not there gives the caller's default with FLAG_NOT_FOUND, as every provider does.
 */
export function fakeFlags(flags: Readonly<Record<string, FakeFlag>>): FlagClient {
  return {
    async getObjectDetails(flagKey, defaultValue) {
      const flag = Object.hasOwn(flags, flagKey) ? flags[flagKey] : undefined;
      if (flag === undefined) return { value: defaultValue, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" };
      const { value, variant, reason = "STATIC", flagMetadata = {} } = flag;
      return { value, variant, reason, flagMetadata };
    },
  };
}

/** A port that keeps the newest 10,000 events, and knows the fallback lists of fake flags. */
export interface RecordingPort extends AiPort {
  readonly events: readonly AiEvent[];
  /** The events of one kind. */
  of<K extends AiEvent["kind"]>(kind: K): readonly Extract<AiEvent, { readonly kind: K }>[];
  reset(): void;
}

const KEPT_EVENTS = 10_000;

export function recordingPort(flags: Readonly<Record<string, FakeFlag>> = {}, more: Partial<AiPort> = {}): RecordingPort {
  const events: AiEvent[] = [];
  return {
    events,
    of: (kind) => events.filter((event): event is Extract<AiEvent, { readonly kind: typeof kind }> => event.kind === kind),
    record(event) {
      if (events.length === KEPT_EVENTS) events.shift();
      events.push(event);
    },
    fallback: (flagKey) => (Object.hasOwn(flags, flagKey) ? (flags[flagKey]?.fallback ?? []) : []),
    reset() {
      events.length = 0;
    },
    ...more,
  };
}

export interface FakeHost extends Host {
  /** Moves both clocks, and runs what is due on the way, in order; promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  readonly pending: number;
  readonly warnings: readonly string[];
}

/** When every fake clock begins: 2026-01-01. */
const BEGINNING_MS = 1_767_225_600_000;
/** Turns of the loop that promises get to settle; more than any chain of them here has. */
const TURNS = 50;

/**
 * A host without chance and without waiting: ids are counted, `random` is always one half.
 *
 * Shape:  `openAi({ client, host })` and `fakeModel(script, { host })` with the same one.
 * Errors: none.
 */
export function fakeHost(): FakeHost {
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const warnings: string[] = [];
  let elapsedMs = 0;
  let ids = 0;
  const nextUntil = (untilMs: number) =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)[0];
  return {
    now: () => BEGINNING_MS + elapsedMs,
    monotonicMs: () => elapsedMs,
    random: () => 0.5,
    newId: () => `fake-id-${String(++ids).padStart(12, "0")}`,
    setTimer(delayMs, run) {
      const timer = { atMs: elapsedMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    warn: (message) => warnings.push(message),
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let timer = nextUntil(untilMs); timer !== undefined; timer = nextUntil(untilMs)) {
        timers.delete(timer);
        elapsedMs = Math.max(elapsedMs, timer.atMs);
        timer.run();
        await settle();
      }
      elapsedMs = untilMs;
    },
    get pending() {
      return timers.size;
    },
    warnings,
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
