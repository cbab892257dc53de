/** A percentile by nearest rank: a value that was really measured. */

export function percentile(numbers, percent) {
  if (numbers.length === 0) throw new Error("no numbers, no percentile");
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
