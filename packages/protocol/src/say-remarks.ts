/** What has to be said beside metrics, in the words that the command and the dashboard share. */

import { sayCount } from "@dimmer/evaluation";
import type { ModelAnswered } from "./metrics.ts";

/**
 * Shape:  whole sentences: who answered in another's place, and what is in no sum, so that nobody takes unknown for nothing.
 * Errors: none.
 */
export function sayRemarks(models: readonly Omit<ModelAnswered, "lastAt">[]): readonly string[] {
  return models.flatMap(({ variant, requestModel, responseModel, unpriced }) => {
    const model = responseModel ?? requestModel ?? "a model without a name";
    const isOther = requestModel !== null && responseModel !== null && !isNameOf(requestModel, responseModel);
    return [
      ...(isOther ? [`${variant} asks for ${requestModel} and was answered by ${responseModel}.`] : []),
      ...(unpriced === 0
        ? []
        : [
            `${sayCount(unpriced)} ${unpriced === 1 ? "call" : "calls"} of ${model} (${variant}) cost nobody knows what: there is no price, or no count of tokens. They are in no sum.`,
          ]),
    ];
  });
}

/** A provider answers under the name that was asked for, or a dated one of it. */
export const isNameOf = (asked: string, answered: string): boolean => answered === asked || answered.startsWith(`${asked}-`);
