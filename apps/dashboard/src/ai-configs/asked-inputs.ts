/** Which variables the prompts of a flag ask for; only what loads it has the parser of templates. */

import { openInspector } from "@dimmer/ai/parts";

const inspect = openInspector();
/** Tags and outputs of all values, as the server looks at for one change. */
const TAGS = 10_000;

/** Shape: each name once, in the order of the values. Errors: none. */
export function askedInputs(values: readonly unknown[]): readonly string[] {
  const budget = { left: TAGS };
  return [...new Set(values.flatMap((value) => inspect(value, budget).flatMap(({ names }) => names)))];
}
