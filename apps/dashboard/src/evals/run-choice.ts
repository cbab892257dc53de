/** What a suite can be run on, and what is said of runs. */

import type { EvalRunView, EvalSuiteView, FlagView } from "@dimmer/protocol";
import type { ChosenVariant } from "../playground/chosen-variants.ts";

/** Every variant, and every draft after its variant. */
export const offeredOf = ({ definition, versions }: Pick<FlagView, "definition" | "versions">): readonly ChosenVariant[] =>
  Object.keys(definition.variants ?? {}).flatMap((variant) => [
    { variant, isDraft: false },
    ...(versions[variant]?.hasDraft === true ? [{ variant, isDraft: true }] : []),
  ]);

/** "Number 3, 40 items, each asked 2 times; scored by exact, tone." */
export function sayOffered({ number, itemCount, repeats, scorers }: EvalSuiteView): string {
  const items = itemCount === 1 ? "1 item" : `${itemCount} items`;
  const each = repeats === 1 ? "" : `, each asked ${repeats} times`;
  return `Number ${number}, ${items}${each}; scored by ${scorers.join(", ")}.`;
}

/** Runs that a page still has to tell of: those that go on or wait, and the last that ended without a report. */
export const shownRuns = (runs: readonly EvalRunView[], shown: number): readonly EvalRunView[] =>
  [...runs.filter(isOpen), ...runs.filter((run) => !isOpen(run) && run.report === null)].slice(0, shown);

export const isOpen = ({ state }: Pick<EvalRunView, "state">): boolean => state === "queued" || state === "running";

/** "12 of 40 items", "waits", "was cancelled after 3 of 40 items" */
export function sayRunState({ state, done, total, message }: EvalRunView): string {
  const items = `${done} of ${total === 1 ? "1 item" : `${total} items`}`;
  if (state === "queued") return "Waits in line";
  if (state === "running") return items;
  if (state === "cancelled") return `Cancelled after ${items}`;
  if (state === "finished") return "Finished";
  return message ?? (state === "failed" ? `Failed after ${items}` : `Interrupted after ${items}`);
}
