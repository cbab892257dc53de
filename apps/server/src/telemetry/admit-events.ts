/** What of sent events is taken: each on its own, so that one that is wrong sinks no other, with its time set right and its price. */

import { EVENT_LIMITS, type EventIssue, type GenerationEvent, type TelemetryEvent, TelemetryEventPart } from "@dimmer/protocol";
import type { Price } from "../prices/price-generation.ts";
import type { KeptEvent } from "./event-store.ts";
import { isEvent } from "./is-event.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

export interface AdmittedEvents {
  readonly events: readonly KeptEvent[];
  /** The first of them. */
  readonly issues: readonly EventIssue[];
  readonly dropped: number;
}

export interface AdmitPorts {
  readonly now: number;
  readonly price: (event: GenerationEvent) => Price | undefined;
}

/** Issues of one request that are told. */
const TOLD = 20;

/**
 * Shape:  a name that this server does not know is left out and told of: a newer SDK loses no event by it, and somebody who misspelt
 *         one finds out. What is taken is changed in place, so the events must be the caller's to give.
 * Errors: none.
 */
export function admitEvents(given: readonly unknown[], { now, price }: AdmitPorts): AdmittedEvents {
  const events: KeptEvent[] = [];
  const issues: EventIssue[] = [];
  let dropped = 0;
  for (const [index, one] of given.entries()) {
    const { event, found } = readEvent(one);
    for (const issue of found) if (issues.length < TOLD) issues.push({ index, ...issue, dropped: event === undefined });
    if (event === undefined) dropped++;
    else events.push(priced(timed(event, timeOf(event.at, now)), price));
  }
  return { events, issues, dropped };
}

interface ReadEvent {
  readonly event: TelemetryEvent | undefined;
  readonly found: readonly Pick<EventIssue, "path" | "message">[];
}

const NOTHING: ReadEvent["found"] = [];

function readEvent(given: unknown): ReadEvent {
  if (isEvent(given)) return { event: given, found: NOTHING };
  const first = TelemetryEventPart.safeParse(given);
  if (first.success) return { event: first.data, found: [] };
  const { issues } = first.error;
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? [issue] : []));
  const told = issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  if (unknown.length < issues.length) return { event: undefined, found: told };
  const known = structuredClone(given);
  for (const { path, keys } of unknown) for (const key of keys) Reflect.deleteProperty(holderAt(known, path), key);
  const second = TelemetryEventPart.safeParse(known);
  const found = unknown.flatMap(({ path, keys }) =>
    keys.map((key) => ({ path: [...path, key].join("."), message: `"${key}" is not known here and was left out.` })),
  );
  return { event: second.data, found };
}

/** The schema has found an object there. */
function holderAt(root: unknown, path: readonly PropertyKey[]): object {
  return path.reduce<unknown>((holder, key) => Reflect.get(holder as object, key), root) as object;
}

/** In place, as what follows is: V8 copies an object fast only as long as nothing joins it, else it is most of the work here. */
const timed = (event: TelemetryEvent, at: number): TelemetryEvent => (event.at === at ? event : Object.assign(event, { at }));

/** A clock that is wrong must not hide what happened. */
function timeOf(at: number, now: number): number {
  return at < now - TELEMETRY_LIMITS.pastMs || at > now + TELEMETRY_LIMITS.futureMs ? now : Math.round(at);
}

function priced(event: TelemetryEvent, price: AdmitPorts["price"]): KeptEvent {
  if (event.kind !== "generation")
    return event.kind === "step" && event.costMicroUsd !== undefined ? Object.assign(event, FROM_APP) : event;
  if (event.costMicroUsd !== undefined) return Object.assign(event, FROM_APP);
  const found = price(event);
  return found === undefined || found.costMicroUsd > EVENT_LIMITS.costMicroUsd ? event : Object.assign(event, found);
}

const FROM_APP = { priceFrom: "app" };
