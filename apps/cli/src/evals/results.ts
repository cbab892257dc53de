/** Results of an eval, whoever ran it: items with their scores. */

import type { EvalItem } from "@dimmer/protocol";

export interface EvalResults {
  readonly source: string;
  readonly items: readonly EvalItem[];
  /** When it was run, where the file says it. */
  readonly at?: string | undefined;
  readonly model?: string | undefined;
  /** What was left out, a sentence each. */
  readonly remarks: readonly string[];
}
