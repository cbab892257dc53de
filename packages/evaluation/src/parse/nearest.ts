/** Finds the word that was probably meant. */

/** Longer words are no slips of the pen; the bound keeps the work small. */
const LONGEST = 64;

/**
 * The known word nearest to what was written.
 *
 * Shape:  undefined unless it is near enough: a third of the letters at most may differ.
 * Errors: none.
 */
export function nearestWord(written: string, known: Iterable<string>): string | undefined {
  if (written.length > LONGEST) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const word of known) {
    if (Math.abs(word.length - written.length) >= bestDistance) continue;
    const distance = editDistance(written.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [word, distance];
  }
  return best;
}

/** `did you mean "x"?` where something is near, else the words there are. */
export function suggest(written: string, known: readonly string[]): string {
  const nearest = nearestWord(written, known);
  if (nearest !== undefined) return `did you mean ${JSON.stringify(nearest)}?`;
  const shown = known.slice(0, 20).join(", ");
  return `use one of: ${shown}${known.length > 20 ? ", …" : ""}`;
}

/**
 * How many slips of the pen lie between two words: insertions, deletions, replacements, and two neighbours swapped, each counted once.
 *
 * Shape:  work is the product of both lengths; the caller bounds them.
 * Errors: none.
 */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      const swapped = a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
