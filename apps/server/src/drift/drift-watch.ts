/** Looks at every environment once an hour has closed. */

import { openPasses, type Passes } from "../open-passes.ts";
import { MINUTE_MS } from "../telemetry/times.ts";
import { watchPlace, type WatchPorts } from "./watch-place.ts";

/** An hour's end is looked for this often. */
const RECHECK_MS = 5 * MINUTE_MS;
const RETRY_MS = MINUTE_MS;

export interface DriftWatchPorts extends WatchPorts {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

/**
 * Shape:  `wake` at the start. What one environment fails in holds up no other.
 * Errors: none; told to `onFailure` and tried again.
 * Source: ADR-0066.
 */
export function openDriftWatch(ports: DriftWatchPorts): Passes {
  const runDue = async (): Promise<number> => {
    let waitMs = RECHECK_MS;
    for (const { key: project } of await ports.store.listProjects())
      for (const { key: environment } of await ports.store.listEnvironments(project))
        try {
          if (await watchPlace(ports, { project, environment })) waitMs = 0;
        } catch (error) {
          ports.onFailure(error, `drift in ${environment} of ${project}`);
          waitMs = Math.min(waitMs, RETRY_MS);
        }
    return waitMs;
  };
  return openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "drift" });
}
