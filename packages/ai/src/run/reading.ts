/** What adapters read of an answer or of a stream's chunk, and how the chunks come together. */

import type { Measures } from "../event.ts";
import { addPresent } from "../present.ts";

/** One look at an answer. What is not there is unknown. */
export interface Reading extends Measures {
  readonly text?: string;
  /** Whether there is something to show: text, or a call of a tool. */
  readonly hasContent?: boolean;
  /** The answer is none, though it came as one: what the vendor says went wrong. */
  readonly error?: unknown;
}

/**
 * How to read what a vendor's client gives.
 *
 * Shape:  `chunk` is for streams; its counts of tool calls are of the chunk, all else replaces what was read before. With
 *         `endsWithReason` a stream that ends without a finish reason has been cut off.
 * Errors: what it throws is caught, and what it would have read is unknown.
 */
export interface Reader<Answer = unknown, Chunk = unknown> {
  readonly operation?: string;
  answer?(this: void, answer: Answer): Reading;
  chunk?(this: void, chunk: Chunk): Reading;
  readonly endsWithReason?: boolean;
}

/** Reads, and makes nothing of what cannot be read. */
export function readSafely<T>(read: ((from: T) => Reading) | undefined, from: T): Reading {
  try {
    return read?.(from) ?? {};
  } catch {
    return {};
  }
}

/** What is known after another chunk. */
export function addReading(known: Reading, reading: Reading): Reading {
  const next: Record<string, unknown> = {};
  addPresent(next, known);
  addPresent(next, reading);
  if (reading.toolCalls !== undefined) next["toolCalls"] = (known.toolCalls ?? 0) + reading.toolCalls;
  return next;
}

/** Of what was read, the measures of the event; a count that is none is unknown. */
export function measuresOf(reading: Reading): Measures {
  const measures: Record<string, unknown> = {};
  for (const name of Object.keys(reading) as (keyof Reading)[]) {
    const value = reading[name];
    if (
      name === "text" ||
      name === "hasContent" ||
      name === "error" ||
      (typeof value === "number" && !(value >= 0 && value < Infinity))
    )
      continue;
    measures[name] = value;
  }
  return measures;
}
