/** Ids of changes: random, and in order of time when sorted as text. */

const RANDOM_BYTES = 10;
/** Hex digits of 48 bits of epoch milliseconds, enough until the year 10889. */
const TIME_DIGITS = 12;

/** Shape: `change_<12 hex digits of time><20 random hex digits>`. */
export function drawChangeId(at: number, random: (bytes: number) => Uint8Array): string {
  const time = Math.max(0, Math.trunc(at)).toString(16).padStart(TIME_DIGITS, "0");
  return `change_${time}${Buffer.from(random(RANDOM_BYTES)).toString("hex")}`;
}
