/** Which flags a search and its filters leave. */

import type { FlagSummary } from "@dimmer/protocol";
import type { FlagFilter } from "../routes.tsx";

/** The only state that shows what is out of use. */
const ARCHIVED = "archived";

export interface FlagState {
  readonly value: string;
  readonly label: string;
  readonly holds: (flag: FlagSummary, today: string) => boolean;
}

/** Without one, flags in use: whatever is not archived. */
export const FLAG_STATES: readonly FlagState[] = [
  { value: "on", label: "On", holds: ({ state }) => state === "on" },
  { value: "killed", label: "Killed", holds: ({ state }) => state === "killed" },
  { value: "stopped", label: "With a stopped variant", holds: ({ stopped }) => stopped.length > 0 },
  { value: "partial", label: "Partly on", holds: ({ brightness }) => brightness > 0 && brightness < 1 },
  { value: "draft", label: "With a draft", holds: ({ hasDraft }) => hasDraft },
  { value: "overdue", label: "Overdue", holds: ({ removeBy }, today) => removeBy !== null && removeBy < today },
  { value: "absent", label: "Not set up here", holds: ({ state }) => state === "absent" },
  { value: ARCHIVED, label: "Archived", holds: () => true },
];

/** Shape: in the order they came in; `today` is YYYY-MM-DD. */
export function filterFlags(flags: readonly FlagSummary[], filter: FlagFilter, today: string): readonly FlagSummary[] {
  const words = (filter.q ?? "")
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const state = FLAG_STATES.find(({ value }) => value === filter.state);
  return flags.filter(
    (flag) =>
      flag.archived === (filter.state === ARCHIVED) &&
      (state === undefined || state.holds(flag, today)) &&
      (filter.purpose === undefined || flag.purpose === filter.purpose) &&
      (filter.owner === undefined || flag.owner === filter.owner) &&
      (filter.tag === undefined || flag.tags.includes(filter.tag)) &&
      words.every((word) => isNamed(flag, word)),
  );
}

const isNamed = (flag: FlagSummary, word: string): boolean => textOf(flag).includes(word);

/** Made once a flag and not once a key that is pressed: with thousands of flags that is what one would wait for. */
const texts = new WeakMap<FlagSummary, string>();

function textOf(flag: FlagSummary): string {
  const known = texts.get(flag);
  if (known !== undefined) return known;
  const text = [flag.key, flag.description ?? "", ...flag.serving].join("\n").toLowerCase();
  texts.set(flag, text);
  return text;
}
