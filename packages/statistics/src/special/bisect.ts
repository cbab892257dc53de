/** Roots by halving: no derivative, no start value, and the same answer on every machine. */

/** More than it takes from any two doubles to their neighbours around a root that is not 0. */
const HALVINGS = 200;

/**
 * Where `isBelow` turns from true to false.
 *
 * Shape:  true at `low`, false at `high`, turning once between; exact to the neighbouring double but around 0.
 * Errors: none; where it does not turn, one of the two ends.
 */
export function bisect(isBelow: (x: number) => boolean, low: number, high: number): number {
  let below = low;
  let above = high;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) break;
    if (isBelow(middle)) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
