/** The middle of some numbers: one disturbed sample does not move it. */

/** Errors: an empty list has no median; the caller has measured nothing, which is a bug. */
export function median(numbers) {
  if (numbers.length === 0) throw new Error("no numbers, no median");
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
