/** When a schedule is due: RFC 3339, or a local time of a time zone, where some times do not exist and some come twice. */

import type { Issue } from "@dimmer/evaluation";
import { refusal } from "../flags/refusal.ts";

export interface ResolvedTime {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Warnings, where the local time does not exist or comes twice. */
  readonly issues: readonly Issue[];
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?$/u;
const DAY_MS = 86_400_000;

/**
 * Finds the instant that a text means.
 *
 * Shape:  a time that the clocks jump over gives the next instant there is, the end of the jump; one that comes twice the first
 *         of the two; both with a warning.
 * Errors: `ProblemError("invalid-request")` for a text that is no time, a zone that is none, and for both or neither zone.
 * Source: RFC 3339; reliability A27; ADR-0019.
 */
export function resolveTime(text: string, timeZone: string | undefined): ResolvedTime {
  const parts = TIME.exec(text);
  const wall = parts === null ? undefined : wallTime(parts);
  if (parts === null || wall === undefined)
    throw refusal("invalid-request", "/at", `"${text}" is no date with its time.`, "Write it as 2026-12-01T09:00:00+01:00.");
  const zone = parts[8];
  if (zone !== undefined && timeZone !== undefined)
    throw refusal("invalid-request", "/timeZone", "The time has a zone of its own.", "Leave one of the two out.");
  if (zone !== undefined) return { at: wall - offsetOf(zone), issues: [] };
  if (timeZone === undefined)
    throw refusal("invalid-request", "/at", "The time has no zone.", "End it in Z or +01:00, or name a time zone.");
  return resolveLocal(wall, text, timeZone);
}

/** The parts as if they were UTC; undefined for a day or an hour that no calendar has. */
function wallTime(parts: RegExpExecArray): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Math.trunc(Number(`0.${parts[7] ?? "0"}`) * 1_000);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

function offsetOf(zone: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59)
    throw refusal("invalid-request", "/at", `"${zone}" is no offset from UTC.`, "Write it as +01:00.");
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function resolveLocal(wall: number, text: string, timeZone: string): ResolvedTime {
  const offsetAt = zoneOffsets(timeZone);
  // Whatever the clocks do that day, the offset of the time is that of a day before or of a day after.
  const candidates = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)].map((offset) => wall - offset);
  const found = [...new Set(candidates)].filter((at) => at + offsetAt(at) === wall).sort((a, b) => a - b);
  const [first, second] = found;
  if (first === undefined) {
    const at = findJump(offsetAt, Math.min(...candidates), Math.max(...candidates));
    return {
      at,
      issues: [warn("time-skipped", `${text} does not exist in ${timeZone}: the clocks jump over it. It will be`, at)],
    };
  }
  if (second === undefined) return { at: first, issues: [] };
  return { at: first, issues: [warn("time-repeated", `${text} comes twice in ${timeZone}. It will be the first,`, first)] };
}

/** The first millisecond that has the later offset; the jump lies between the two. */
function findJump(offsetAt: (at: number) => number, from: number, to: number): number {
  let [before, after] = [from, to];
  const later = offsetAt(to);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === later) after = middle;
    else before = middle;
  }
  return after;
}

const warn = (code: string, message: string, at: number): Issue => ({
  path: "/at",
  code,
  message: `${message} ${new Date(at).toISOString()}.`,
  mend: "Give the time with its offset from UTC if you mean another.",
  severity: "warning",
});

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function zoneOffsets(timeZone: string): (at: number) => number {
  const format = formatFor(timeZone);
  return (at) => {
    const seconds = Math.floor(at / 1_000) * 1_000;
    const parts = Object.fromEntries(format.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const digits = { month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", calendar: "iso8601", year: "numeric", ...digits });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw refusal("invalid-request", "/timeZone", `"${timeZone}" is no time zone.`, "Use an IANA name, such as Europe/Berlin.");
  }
}
