/** Where a key leads among the moments of a plot. */

/** Shape: the same moment for keys that lead nowhere; undefined is the newest. */
export function momentAfter(key: string, at: number | undefined, last: number): number | undefined {
  const here = at ?? last;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, here - 1);
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(last, here + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "Escape":
      return undefined;
    default:
      return at;
  }
}
