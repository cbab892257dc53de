/** Labels beside the ends of lines: each as near to its own as they can stand without covering each other. */

/** Shape: in the order given; at least `gap` between any two, and none outside of 0 to `height` where there is room for all. */
export function spreadLabels(places: readonly number[], gap: number, height: number): readonly number[] {
  const order = places.map((place, at) => ({ place, at })).sort((one, other) => one.place - other.place);
  let above = Number.NEGATIVE_INFINITY;
  const down = order.map(({ place }) => (above = Math.max(place, above + gap)));
  let below = height + gap;
  const up = [...down].reverse().map((place) => (below = Math.min(place, below - gap)));
  const spread = up.reverse();
  return places.map((_place, at) => spread[order.findIndex((one) => one.at === at)] ?? 0);
}
