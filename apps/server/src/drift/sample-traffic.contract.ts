/** Traffic of variants for tests of what watches them: seeded, hour by hour, into the real event store. */

import type { Served } from "@dimmer/protocol";
import { openDuckDbStore } from "../storage/telemetry/duckdb-store.ts";
import type { KeptEvent } from "../telemetry/event-store.ts";
import { packEvents } from "../telemetry/packed-events.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { HOUR_MS } from "../telemetry/times.ts";

export const PLACE = { project: "shop", environment: "production" };

/** mulberry32, in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What one hour of a variant is like. */
export interface SampleHour {
  readonly variant: string;
  readonly at: number;
  readonly runs: number;
  readonly thumbsDown?: number;
  readonly calls?: number;
  readonly errors?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly inputTokens?: number;
  readonly more?: Partial<Served>;
}

export interface SampleTraffic {
  readonly store: TelemetryStore;
  add(hours: readonly SampleHour[]): Promise<void>;
}

export async function openSampleTraffic(flag = "summarizer"): Promise<SampleTraffic> {
  const store = await openDuckDbStore(":memory:");
  let drawn = 0;
  const eventsOf = ({ variant, at, more, ...hour }: SampleHour): readonly KeptEvent[] => {
    const served: Served = { flag, variant, valueVersion: 1, path: "default", ...more };
    const of = (number: number): KeptEvent[] => {
      const base = { id: `sample-event-${(drawn += 1)}-${"x".repeat(8)}`, at: at + (number % 3_500) * 1_000, served };
      const run = `run-${drawn}`;
      const events: KeptEvent[] = [{ ...base, run, kind: "run", outcome: "model", attempts: 1, durationMs: 900 }];
      if (number < (hour.thumbsDown ?? 0))
        events.push({ ...base, id: `${base.id}-t`, run, kind: "feedback", name: "thumbs", value: 0 });
      if (number < (hour.calls ?? 0)) {
        const { model = "claude-opus-4-6", provider = "anthropic", inputTokens = 500 } = hour;
        const call = { operation: "chat", attempt: 1, durationMs: 800 + (number % 10) * 40, provider, requestModel: model };
        const failed =
          number < (hour.errors ?? 0)
            ? { errorType: "server_error" as const }
            : { responseModel: model, inputTokens, outputTokens: 100 + (number % 7) };
        events.push({ ...base, id: `${base.id}-c`, run, kind: "generation", ...call, ...failed });
      }
      return events;
    };
    return Array.from({ length: hour.runs }, (_, number) => of(number)).flat();
  };
  return {
    store,
    async add(hours) {
      const receivedAt = Math.max(...hours.map(({ at }) => at)) + HOUR_MS;
      const events = hours.flatMap(eventsOf);
      for (let at = 0; at < events.length; at += 5_000)
        await store.appendEvents([packEvents({ ...PLACE, source: "server", receivedAt, events: events.slice(at, at + 5_000) })]);
    },
  };
}

/** How many of so many, each with this chance. */
export function drawCount(random: () => number, trials: number, chance: number): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (random() < chance) count++;
  return count;
}
