/** `--limit N` of the verbs that list what grows without end. */

import { wrongUsage } from "../failure.ts";
import type { Call } from "../verb.ts";

const MAX_LIMIT = 10_000;

export function readLimit(call: Call, usual: number): number {
  const text = call.option("limit");
  return text === undefined ? usual : readCount(text, "--limit", MAX_LIMIT);
}

/** A whole number from 1. */
export function readCount(text: string, option: string, max = Number.MAX_SAFE_INTEGER): number {
  const count = /^\d{1,16}$/u.test(text) ? Number(text) : 0;
  if (count < 1 || count > max) throw wrongUsage(`${option} takes a whole number from 1 to ${max}, and is "${text}".`);
  return count;
}
