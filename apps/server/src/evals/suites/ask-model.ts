/** How a suite asks a model: over whichever way, with one whole answer back. */

import type { ModelConfig } from "@dimmer/ai/parts";

export interface SuiteAnswer {
  readonly text: string;
  /** The model that really answered; undefined where it does not say. */
  readonly model: string | undefined;
  readonly costMicroUsd?: number | undefined;
}

/** Rejects with a sentence where there is no answer. */
export type AskModel = (config: ModelConfig, signal: AbortSignal) => Promise<SuiteAnswer>;
