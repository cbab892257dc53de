/** Events of runs, put together: what each run was given, called, cost and was thought of. */

import type { Served, StoredEvent } from "@dimmer/protocol";

type Of<K extends StoredEvent["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

export interface RunSummary {
  readonly run: string;
  /** Its first event, epoch milliseconds. */
  readonly at: number;
  /** What the flag gave first. */
  readonly served: Served | undefined;
  /** Undefined where its end was not told. */
  readonly end: Of<"run"> | undefined;
  readonly calls: number;
  readonly failed: number;
  readonly cost: Cost;
  /** Of the model that answered last. */
  readonly model: string | undefined;
  readonly feedback: readonly Of<"feedback">[];
}

/** Shape: the sum of what is known, and of how many calls it is not. */
export interface Cost {
  readonly microUsd: number;
  readonly unknown: number;
}

/** Shape: the newest first; what belongs to no run is left out. */
export function groupRuns(events: readonly StoredEvent[]): readonly RunSummary[] {
  const byRun = new Map<string, StoredEvent[]>();
  for (const event of events) if (event.run !== undefined) byRun.set(event.run, [...(byRun.get(event.run) ?? []), event]);
  return Array.from(byRun, ([run, own]) => summariseRun(run, own)).sort((one, other) => other.at - one.at);
}

export function summariseRun(run: string, events: readonly StoredEvent[]): RunSummary {
  const inOrder = sortEvents(events);
  const calls = inOrder.filter((event) => event.kind === "generation" && event.shadow !== true) as Of<"generation">[];
  const answered = calls.filter(({ errorType }) => errorType === undefined).at(-1);
  const first = inOrder.find((event) => event.kind === "exposure") ?? inOrder.find(({ served }) => served !== undefined);
  return {
    run,
    at: inOrder[0]?.at ?? 0,
    served: first?.served,
    end: inOrder.filter((event) => event.kind === "run").at(-1),
    calls: calls.length,
    failed: calls.filter(({ errorType }) => errorType !== undefined).length,
    cost: costOf(inOrder),
    model: answered?.responseModel ?? answered?.requestModel,
    feedback: inOrder.filter((event) => event.kind === "feedback"),
  };
}

/** As things happened; at one moment calls by their attempt. */
export const sortEvents = (events: readonly StoredEvent[]): readonly StoredEvent[] =>
  [...events].sort((one, other) => one.at - other.at || attemptOf(one) - attemptOf(other));

const attemptOf = (event: StoredEvent): number =>
  event.kind === "generation" ? event.attempt : event.kind === "exposure" ? 0 : 101;

/** Calls that failed may cost nothing, so that a cost that is not told is unknown only of those that did not. */
function costOf(events: readonly StoredEvent[]): Cost {
  const costs = events.flatMap((event) => (event.kind === "generation" || event.kind === "step" ? [event] : []));
  return {
    microUsd: costs.reduce((sum, { costMicroUsd = 0 }) => sum + costMicroUsd, 0),
    unknown: costs.filter(
      ({ kind, costMicroUsd, errorType }) => kind === "generation" && costMicroUsd === undefined && errorType === undefined,
    ).length,
  };
}
