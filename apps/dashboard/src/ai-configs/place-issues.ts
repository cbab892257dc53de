/** What the server says of a config, at the field that it belongs to. */

import type { Issue } from "@dimmer/evaluation";

export interface Said {
  readonly problem: string | undefined;
  readonly warning: string | undefined;
}

/** Shape: what stands at a place, or below it where nothing deeper has a field of its own; the empty place has what fits nowhere. */
export type SaidAt = (place: string) => Said;

/**
 * Shape:  each issue goes to the deepest place on its way. `places` are JSON Pointers of the fields that are shown.
 * Errors: none.
 */
export function placeIssues(issues: readonly Issue[], places: readonly string[], variant: string): SaidAt {
  const byPlace = new Map<string, Issue[]>();
  for (const issue of issues) {
    const place = deepestOf(issue.path, places);
    byPlace.set(place, [...(byPlace.get(place) ?? []), issue]);
  }
  const say = (place: string, severity: Issue["severity"]): string | undefined => {
    const said = (byPlace.get(place) ?? []).filter((issue) => issue.severity === severity);
    return said.length === 0 ? undefined : said.map((issue) => sayPlaced(issue, place, variant)).join(" ");
  };
  return (place) => ({ problem: say(place, "error"), warning: say(place, "warning") });
}

const deepestOf = (path: string, places: readonly string[]): string =>
  places.reduce(
    (best, place) => (place.length > best.length && (path === place || path.startsWith(`${place}/`)) ? place : best),
    "",
  );

/** The field says itself whose words these are, and the editor of which value. */
function sayPlaced({ path, message, mend, severity }: Issue, place: string, variant: string): string {
  const plain = message
    .replace(`${variant} (draft): `, "")
    .replace(/^The value does not satisfy the flag's schema: /u, "")
    .replace(/\.$/u, "");
  const below = path.slice(place.length + 1).replaceAll("/", " › ");
  const said = `${below === "" ? "" : `${below}: `}${plain}`;
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return severity === "warning" && mend !== "" ? `${sentence} ${mend}` : sentence;
}
