/** What is known of a model's name before anybody calls it. */

import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@dimmer/protocol";
import { findPrice } from "./find-price.ts";
import { tableProvider } from "./table-provider.ts";

export interface ModelQuestion {
  readonly provider: string | undefined;
  readonly model: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The project's own prices. */
  readonly own: readonly ModelPrice[];
}

/** What speaks against it, and what to do. */
export interface ModelJudgement {
  readonly code: "moving-model" | "leaving-model" | "unknown-model";
  readonly why: string;
  readonly mend: string;
}

const MOVING = /(?:^|[-:/@])(?:latest|stable|default|auto)$/u;

/** A name that the provider moves on to another model when it likes. */
export const isMovingName = (model: string): boolean => MOVING.test(model);

/**
 * Shape:  undefined where nothing speaks against it.
 * Errors: none.
 * Source: ADR-0045.
 */
export function judgeModel({ provider, model, now, own }: ModelQuestion): ModelJudgement | undefined {
  if (isMovingName(model)) {
    return {
      code: "moving-model",
      why: `"${model}" is a name that its provider moves to another model when it likes, without any change here.`,
      mend: "Name the dated model, so that only a change of yours changes what people get.",
    };
  }
  const priced = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, {
    ...tableProvider(provider),
    timestamp: new Date(now),
  });
  if (priced === null && findPrice(own, { provider, model, at: now }) !== undefined) return undefined;
  if (priced === null) {
    return {
      code: "unknown-model",
      why: `no price is known of "${model}"${provider === undefined ? "" : ` of ${provider}`}: what its calls cost will be unknown.`,
      mend: "Look whether it is spelt as its provider spells it; else give its price with `dimmer prices set`, or let the app send `costMicroUsd` with each call.",
    };
  }
  if (priced.model.deprecated !== true) return undefined;
  return {
    code: "leaving-model",
    why: `"${model}" is being withdrawn by its provider.`,
    mend: "Move to its successor with a ramp before calls begin to fail.",
  };
}
