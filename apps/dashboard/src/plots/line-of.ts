/** A line as the path of an `<svg>`. */

/** Shape: a path with a gap where a place is not known. */
export function lineOf(places: readonly (readonly [x: number, y: number])[]): string {
  let isOpen = false;
  let path = "";
  for (const [x, y] of places) {
    if (Number.isNaN(y)) {
      isOpen = false;
      continue;
    }
    path += `${isOpen ? "L" : "M"}${round(x)} ${round(y)}`;
    isOpen = true;
  }
  return path;
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10;
