/** What an app without an SDK tells of a run's calls, as the events that an SDK would have sent. */

import type { z } from "zod";
import type { EventsAnswer, RunReport } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { RunPorts } from "./start-run.ts";

/**
 * Takes a report.
 *
 * Shape:  an event for each attempt, one for the run and one for each word of feedback, in this order. Their ids come of the run's, so
 *         that a report sent again counts once.
 * Errors: none; the answer says what was not taken.
 */
export function reportRun(
  { events, clock }: Pick<RunPorts, "events" | "clock">,
  place: Place,
  run: string,
  { attempts, outcome, durationMs, feedback = [], ...links }: z.output<typeof RunReport>,
): EventsAnswer {
  const base = { at: clock(), run, ...links };
  const last = attempts.at(-1);
  // Whoever answered is credited; where nobody did, what the flag served.
  const credited = outcome === "model" || outcome === "fallback" ? last : attempts[0];
  const served = credited === undefined ? {} : { served: credited.served };
  const aborted = outcome === "error" && last?.errorType === "aborted" ? { errorType: last.errorType } : {};
  return events.take({ ...place, source: "server" }, [
    ...attempts.map((attempt) => ({ ...base, kind: "generation", id: `${run}-${attempt.attempt}`, ...attempt })),
    { ...base, kind: "run", id: `${run}-run`, outcome, ...aborted, durationMs, attempts: attempts.length, ...served },
    ...feedback.map((word) => ({ ...base, kind: "feedback", id: `${run}-${word.name}`, ...word, ...served })),
  ]);
}
