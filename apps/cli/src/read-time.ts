/** A time that an option takes: with its zone, so that nobody has to guess whose clock is meant. */

import { wrongUsage } from "./failure.ts";

export function readTime(option: string, text: string | undefined): string | undefined {
  if (text === undefined || (/^\d{4}-\d\d-\d\d[Tt]/u.test(text) && !Number.isNaN(Date.parse(text)))) return text;
  throw wrongUsage(`${option} takes a date with its time and zone, and is "${text}".`, "Such as 2027-01-01T00:00:00Z.");
}
