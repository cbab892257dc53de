/** Percentages, as they are typed. */

import { wrongUsage } from "../failure.ts";

/** `25`, `25%` or `0.125`; undefined where the text is none. */
export function readPercent(text: string): number | undefined {
  return /^\d{1,3}(\.\d+)?\s*%?$/u.test(text) ? Number.parseFloat(text) : undefined;
}

/** A percentage that a split can hold. */
export function checkPercent(text: string): number {
  const percent = readPercent(text);
  if (percent === undefined || percent > 100)
    throw wrongUsage(`"${text}" is not a percentage.`, "Give a number from 0 to 100, such as 25 or 0.5.");
  if (Math.abs(Math.round(percent * 1000) - percent * 1000) > 1e-6)
    throw wrongUsage(`${text} is finer than 0.001 %, the smallest share there is.`);
  return percent;
}
