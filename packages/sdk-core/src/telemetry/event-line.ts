/** Events that wait for their turn to be sent: bounded, and too many of them shed by whose they are. */

import type { TelemetryEvent } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { hashKey, newKeyHash } from "./sketch.ts";

/** An event in its form for the wire. */
export interface WaitingEvent {
  readonly text: string;
  /** Whose it is, as a number from 0 to below 1; `unitOf`. */
  readonly unit: number;
}

/**
 * The line, first come, first sent.
 *
 * Shape:  when it is full, everything of those units goes whose hashes are the highest, a tenth of the line at least, and nothing more of
 *         them is let in until all that is due has left. So a unit stays or goes with everything of it that is in the line: no feedback
 *         stays without the exposure before it, nor the other way round, and of each variant the same share of people stays, as the hash
 *         knows nothing of variants. It is the same units that go each time, in every process. What has left the line already, for a
 *         batch on its way, is sent all the same.
 *         Where nine tenths are of one unit there is nothing to choose from, and the oldest tenth goes.
 * Errors: none; what was shed is counted, and `onShed` hears of it.
 * Source: ADR-0042, decision 12.
 */
export interface EventLine<E extends WaitingEvent> {
  /** How many wait, and how many were shed. */
  readonly size: number;
  readonly shed: number;
  add(event: E): void;
  /** Whether what is not due yet would be more than one request with it. */
  isRequestFullWith(event: E): boolean;
  /** What waits now is due to be sent. */
  ripen(): void;
  /** The first of what is due, as many as a request may hold; none where nothing is. */
  take(): readonly E[];
  /** Sheds everything. */
  clear(): void;
}

export function openEventLine<E extends WaitingEvent>(onShed: (event: E) => void = () => {}): EventLine<E> {
  let line: E[] = [];
  let chars = 0;
  /** How many of the first are due, and the characters of the others. */
  let ripe = 0;
  let unripeChars = 0;
  let shed = 0;
  /** Units from here on are not let in. */
  let closedFrom = 1;

  const put = (event: E): void => {
    line.push(event);
    chars += event.text.length;
    unripeChars += event.text.length;
  };

  const ripen = (): void => {
    ripe = line.length;
    unripeChars = 0;
  };

  const drop = (event: E): void => {
    shed++;
    onShed(event);
  };

  const keep = (isKept: (event: E, at: number) => boolean): void => {
    const all = line;
    const ripeBefore = ripe;
    line = [];
    chars = 0;
    ripen();
    for (const [at, event] of all.entries()) {
      if (isKept(event, at)) put(event);
      else drop(event);
      if (at < ripeBefore) ripen();
    }
  };

  const makeRoom = (): void => {
    const units = Float64Array.from(line, ({ unit }) => unit).sort();
    const staying = Math.floor(units.length * (1 - TELEMETRY_LIMITS.shedShare));
    const from = units[staying] as number;
    if (from === units[0]) return keep((_event, at) => at >= units.length - staying);
    closedFrom = from;
    keep(({ unit }) => unit < from);
  };

  return {
    get size() {
      return line.length;
    },
    get shed() {
      return shed;
    },
    add(event) {
      if (event.unit >= closedFrom) return drop(event);
      put(event);
      while (line.length > TELEMETRY_LIMITS.eventsWaiting || chars > TELEMETRY_LIMITS.eventsWaitingChars) makeRoom();
    },
    isRequestFullWith: ({ text }) =>
      line.length - ripe >= TELEMETRY_LIMITS.eventsAtOnce || unripeChars + text.length > TELEMETRY_LIMITS.eventChars,
    ripen,
    take() {
      const taken = line.splice(0, fitting(line, ripe));
      ripe -= taken.length;
      chars -= charsOf(taken);
      if (ripe === 0) closedFrom = 1;
      return taken;
    },
    clear: () => keep(() => false),
  };
}

/** How many of the first `most` fit into one request. */
function fitting(line: readonly WaitingEvent[], most: number): number {
  let chars = 0;
  for (let at = 0; at < Math.min(most, TELEMETRY_LIMITS.eventsAtOnce); at++) {
    chars += (line[at] as WaitingEvent).text.length;
    if (at > 0 && chars > TELEMETRY_LIMITS.eventChars) return at;
  }
  return Math.min(most, TELEMETRY_LIMITS.eventsAtOnce);
}

const charsOf = (events: readonly WaitingEvent[]): number => events.reduce((sum, { text }) => sum + text.length, 0);

/**
 * Whose an event is: its person's, else its run's, its task's, its conversation's, else its own.
 *
 * Shape:  a hash from 0 to below 1, the same in every process; of another kind than the hash that deals out variants.
 * Errors: what is no event may throw.
 */
export function unitOf({ targetingKey, run, task, conversation, id }: TelemetryEvent): number {
  hashKey(targetingKey ?? run ?? task ?? conversation ?? id, hash);
  return ((hash[0] as number) >>> 0) / 2 ** 32;
}

/** Read again at once, so one is enough. */
const hash = newKeyHash();
