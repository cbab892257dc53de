/** What people did in the app, on its way out: a name, whose doing it was, and what it was worth. */

import type { EvaluationContext } from "@dimmer/evaluation";
import type { Ports } from "@dimmer/sdk-core";

/** Longest name of an event that is tracked. */
export const TRACKED_NAME_LENGTH = 200;

/** What comes with a tracked event; all but `value` is the app's own. */
export interface TrackingDetails {
  /** What it was worth: an amount, a rating, a duration. */
  readonly value?: number;
  readonly [name: string]: unknown;
}

/** Shape: shallow copies, frozen; `at` is in milliseconds since 1970. */
export interface TrackedEvent {
  readonly name: string;
  readonly at: number;
  readonly context: EvaluationContext;
  readonly details: TrackingDetails;
}

/** Takes tracked events; called at once, one by one, so it must not wait. */
export type Tracker = (event: TrackedEvent) => unknown;

export type Track = (name: string, context: EvaluationContext, details?: TrackingDetails) => void;

/**
 * Makes the client's `track`.
 *
 * Shape:  every event that is one goes to the tracker.
 * Errors: none thrown, as this stands in the app's way. What cannot be taken (no tracker, a name or value that is none, a tracker
 *         that fails) is a warning with the mend, once for each of these, because an app tracks the same thing again and again.
 * Source: ADR-0028; OpenFeature specification, section 6.
 */
export function openTracking(tracker: Tracker | undefined, ports: Pick<Ports, "clock" | "log">): Track {
  const warned = new Set<Complaint>();
  const complain = (complaint: Complaint, name: unknown, why = ""): void => {
    if (warned.has(complaint)) return;
    warned.add(complaint);
    ports.log?.("warn", `track(${describe(name)}): ${COMPLAINTS[complaint]}${why} This is said once.`);
  };
  return (name, context, details = {}) => {
    if (tracker === undefined) return complain("no-tracker", name);
    if (!isName(name)) return complain("name", name);
    try {
      if (details.value !== undefined && !Number.isFinite(details.value)) return complain("value", name);
      const event = {
        name,
        at: ports.clock.now(),
        context: Object.freeze({ ...context }),
        details: Object.freeze({ ...details }),
      };
      const result = tracker(Object.freeze(event));
      // A rejection that nobody handles would end the process.
      if (result instanceof Promise) result.catch((failure: unknown) => complain("failed", name, messageOf(failure)));
    } catch (failure) {
      complain("failed", name, messageOf(failure));
    }
  };
}

type Complaint = keyof typeof COMPLAINTS;

const COMPLAINTS = {
  "no-tracker": "nothing takes tracked events, so they are lost; give openDimmer or the provider a `tracker`.",
  name: `the name of an event is a text of 1 to ${TRACKED_NAME_LENGTH} characters; the event was not taken.`,
  value: "`value` must be a finite number; the event was not taken.",
  failed: "the event was not taken:",
} as const;

const isName = (name: unknown): boolean => typeof name === "string" && name !== "" && name.length <= TRACKED_NAME_LENGTH;

const describe = (name: unknown): string => (typeof name === "string" ? JSON.stringify(name.slice(0, 60)) : typeof name);

const messageOf = (failure: unknown): string => ` ${failure instanceof Error ? failure.message : "what was thrown is no error"}.`;
