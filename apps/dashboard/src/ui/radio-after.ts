/** Where a key leads in a group of radio buttons. */

/** Shape: round at the ends; undefined for keys that lead nowhere. Source: the radio group pattern of the ARIA Authoring Practices. */
export function radioAfter(key: string, values: readonly string[], chosen: string): string | undefined {
  const at = values.indexOf(chosen);
  const last = values.length - 1;
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return values[at >= last ? 0 : at + 1];
    case "ArrowLeft":
    case "ArrowUp":
      return values[at <= 0 ? last : at - 1];
    case "Home":
      return values[0];
    case "End":
      return values[last];
    default:
      return undefined;
  }
}
