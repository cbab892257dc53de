/** One call of a model, from its start to the event that tells of it, which is recorded exactly once. */

import type { EventDraft } from "../event.ts";
import { elapsedSince, type Host } from "../host.ts";
import type { Failure } from "./error-type.ts";
import { addReading, measuresOf, type Reading } from "./reading.ts";

export interface Generation {
  known(): Reading;
  /** The answer comes in pieces. */
  stream(): void;
  add(reading: Reading): void;
  succeed(): void;
  fail(failure: Failure): void;
}

type GenerationDraft = Extract<EventDraft, { readonly kind: "generation" }>;
/** What is known before the call. */
export type GenerationStart = Pick<GenerationDraft, "operation" | "provider" | "requestModel" | "attempt" | "served">;

export function openGeneration(
  start: GenerationStart,
  begunMs: number,
  host: Pick<Host, "monotonicMs">,
  record: (draft: EventDraft) => void,
): Generation {
  let known: Reading = {};
  let firstMs: number | undefined;
  let isStream = false;
  let isOver = false;
  const end = (failure?: Failure): void => {
    if (isOver) return;
    isOver = true;
    const measured = {
      stream: isStream ? true : undefined,
      durationMs: elapsedSince(begunMs, host),
      timeToFirstChunkMs: firstMs,
    } as const;
    record(Object.assign({ kind: "generation" as const }, start, measured, measuresOf(known), failure));
  };
  return {
    known: () => known,
    stream() {
      isStream = true;
    },
    add(reading) {
      known = addReading(known, reading);
      // The first chunk that says something: a vendor's greeting or keep-alive is not what people wait for.
      if (isStream && firstMs === undefined && reading.hasContent === true) firstMs = elapsedSince(begunMs, host);
    },
    succeed: () => end(),
    fail: end,
  };
}
