/** Times as people say them, with the exact one on hover. */

import { useNow } from "./use-now.ts";

const STEPS = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [7 * 86_400, "day", 86_400],
  [31 * 86_400, "week", 7 * 86_400],
  [365 * 86_400, "month", 30 * 86_400],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Shape: RFC 3339 or epoch milliseconds → "3 minutes ago", "in 2 days". */
export function sayTime(at: string | number, now: number): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  // The clock of the page moves in steps, and that of the server may be a little ahead.
  if (Math.abs(seconds) < 30) return "just now";
  for (const [below, unit, size] of STEPS)
    if (Math.abs(seconds) < below) return relative.format(Math.round(seconds / size), unit);
  return relative.format(Math.round(seconds / (365 * 86_400)), "year");
}

export function Time({ at }: { readonly at: string }) {
  const now = useNow();
  const exact = new Date(at);
  return (
    <time dateTime={at} title={exact.toLocaleString()} className="whitespace-nowrap">
      {sayTime(at, now)}
    </time>
  );
}
