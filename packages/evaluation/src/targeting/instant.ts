/** Points in time as a context or a document gives them: epoch milliseconds, or RFC 3339 with time and zone. */

import { LIMITS } from "../limits.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days of the months of a common year. */
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a point in time.
 *
 * Shape:  a finite number is epoch milliseconds; a text is `2026-03-01T09:30:00Z` or `…09:30:00.25+01:00`, years 0000 to 9999,
 *         what lies below a millisecond cut off.
 * Errors: none; NaN for what does not parse (a day 32, second 60, no zone), so that every comparison with it is false.
 * Source: RFC 3339 section 5.6, `T` and `Z` in either case.
 */
export function instantOf(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value !== "string" || value.length < 20 || value.length > LIMITS.instantText) return Number.NaN;
  if (!hasDateTimeMarks(value)) return Number.NaN;
  const zoneAt = afterFraction(value);
  return dayStart(value) + timeOfDay(value) + fractionMs(value, zoneAt) - zoneOffset(value, zoneAt);
}

/**
 * Whether a text is a real calendar date.
 *
 * Shape:  `2027-02-28` → true; `2027-02-29`, `2027-2-1` → false.
 */
export function isCalendarDate(text: string): boolean {
  return text.length === 10 && text[4] === "-" && text[7] === "-" && !Number.isNaN(dayStart(text));
}

/** The fixed characters of `0000-00-00T00:00:00`. */
function hasDateTimeMarks(text: string): boolean {
  return text[4] === "-" && text[7] === "-" && (text[10] === "T" || text[10] === "t") && text[13] === ":" && text[16] === ":";
}

/** Midnight of the text's date, by counting days; `Date.UTC` would roll a day 32 over and read year 99 as 1999. */
function dayStart(text: string): number {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : MONTH_DAYS[month - 1];
  if (days === undefined || !(day >= 1 && day <= days)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY;
}

/** Years counted from March, so that the leap day is a year's last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    marchYear * 365 + Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400) + dayOfYear - 719_468
  );
}

function timeOfDay(text: string): number {
  const hours = two(text, 11);
  const minutes = two(text, 14);
  const seconds = two(text, 17);
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * HOUR + minutes * MINUTE + seconds * 1000 : Number.NaN;
}

/** Where the zone starts: after the seconds and, if there is one, their fraction. */
function afterFraction(text: string): number {
  if (text[19] !== ".") return 19;
  let at = 20;
  while (digit(text, at) >= 0) at++;
  return at;
}

/** NaN for a dot without digits. */
function fractionMs(text: string, zoneAt: number): number {
  if (zoneAt === 19) return 0;
  if (zoneAt === 20) return Number.NaN;
  let ms = 0;
  for (let at = 20; at < 23; at++) ms = ms * 10 + (at < zoneAt ? digit(text, at) : 0);
  return ms;
}

/** `Z`, or `±hh:mm` up to 23:59, and nothing behind it. */
function zoneOffset(text: string, at: number): number {
  const sign = text[at];
  if (sign === "Z" || sign === "z") return at + 1 === text.length ? 0 : Number.NaN;
  if ((sign !== "+" && sign !== "-") || text[at + 3] !== ":" || at + 6 !== text.length) return Number.NaN;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 4);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  return (sign === "+" ? 1 : -1) * (hours * HOUR + minutes * MINUTE);
}

/** Two digits as a number, else NaN. */
function two(text: string, at: number): number {
  const tens = digit(text, at);
  const ones = digit(text, at + 1);
  return tens < 0 || ones < 0 ? Number.NaN : tens * 10 + ones;
}

/** One digit, else -1. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : -1;
}
