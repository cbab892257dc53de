/** Measures as a person reads them: counts, shares, times and money, the same in the command and on the page. */

const exact = new Intl.NumberFormat("en-US");
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Above this a count is rounded. */
const EXACT_BELOW = 10_000;

/** Shape: "1,234", "12.3K". */
export const sayCount = (count: number): string => (count < EXACT_BELOW ? exact : compact).format(count);

/** Shape: a share of 1 as "3.4 %", two digits. */
export const sayShare = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

/** Shape: "850 ms", "1.3 s"; nothing for null. */
export function sayMilliseconds(ms: number | null): string {
  if (ms === null) return "";
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Shape: micro-dollars as "$12.30", and below a dollar with three digits that count: "$0.00413", as a call may cost that little. */
export function sayDollars(microUsd: number): string {
  const usd = microUsd / 1e6;
  if (usd === 0) return "$0";
  if (usd >= 1) return `$${cents.format(usd)}`;
  const digits = Math.min(8, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits)}`;
}
