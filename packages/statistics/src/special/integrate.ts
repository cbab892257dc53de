/** Integrals by Gauss and Legendre: no sampling, so that two machines agree. */

const NODES_EACH = 32;
const NEWTON_STEPS = 100;

interface Node {
  readonly x: number;
  readonly weight: number;
}

/**
 * ∫ f over the pieces between neighbouring `breaks`.
 *
 * Shape:  `breaks` ascending, put where f turns sharply; within a piece f is to be smooth, a polynomial of degree 63 is exact. Empty pieces
 *         are fine.
 * Errors: none.
 * Source: NIST DLMF 3.5(v).
 */
export function integrate(f: (x: number) => number, breaks: readonly number[]): number {
  let total = 0;
  for (let at = 1; at < breaks.length; at++) {
    const [low, high] = [breaks[at - 1] as number, breaks[at] as number];
    // An end may be where f is no number, and 0 times that would be none either.
    if (low < high) total += piece(f, low, high);
  }
  return total;
}

function piece(f: (x: number) => number, low: number, high: number): number {
  const half = (high - low) / 2;
  const middle = (high + low) / 2;
  return half * NODES.reduce((sum, { x, weight }) => sum + weight * f(middle + half * x), 0);
}

/** The nodes of [−1, 1]: roots of the Legendre polynomial, by Newton's method from a start that is close to each. */
export function gaussLegendre(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, at) => {
    let x = Math.cos((Math.PI * (at + 0.75)) / (count + 0.5));
    let { value, slope } = legendre(count, x);
    for (let step = 0; step < NEWTON_STEPS && Math.abs(value / slope) > 1e-15; step++) {
      x -= value / slope;
      ({ value, slope } = legendre(count, x));
    }
    return { x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}

function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= degree; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}

const NODES = gaussLegendre(NODES_EACH);
