/** A variant whose model costs more than the project's limit says who may have it. */

import { outputPrice } from "../prices/output-price.ts";
import type { FlagRecord } from "../storage/store.ts";
import { calledBy } from "./check-ai-configs.ts";
import { valuesOf } from "./check-values.ts";
import type { Finding } from "./locate-issue.ts";
import { flagResource, type ProjectState } from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";

/**
 * Shape:  one error for each variant. A model without a price is not above any limit; it has a warning of its own.
 * Errors: none thrown.
 * Source: ADR-0045.
 */
export function checkPriceLimit({ versions: all, prices, at }: ProjectState, record: FlagRecord): Finding[] {
  const versions = all.get(record.key);
  const limit = prices.outputLimitUsd;
  if (record.definition.schema !== "ai-config" || versions === undefined || limit === null) return [];
  return Object.entries(record.variants).flatMap(([variant, { only }]): Finding[] => {
    if (only !== undefined) return [];
    for (const { name, value } of valuesOf(record, versions, variant)) {
      const { provider, model } = calledBy(value);
      const usd = model === undefined ? undefined : outputPrice(prices.prices, { provider, model, at });
      if (usd === undefined || usd <= limit) continue;
      const message = `${variant} (${name}) calls ${model}, whose output costs ${usd} dollars for a million tokens; above ${limit} a variant must say who may have it.`;
      const mend = "Give the variant an `only`, or take a model within the project's price limit.";
      const path = `/variants${pointerSegment(variant)}`;
      return [{ resource: flagResource(record.key), issue: { path, code: "price-limit", message, mend, severity: "error" } }];
    }
    return [];
  });
}
