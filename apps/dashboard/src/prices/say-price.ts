/** Prices and calls without one, in words. */

import { listOf } from "@dimmer/evaluation";
import type { KnownModel, ModelPrice, ModelUse, UnpricedModel } from "@dimmer/protocol";

/** "$0.15 in, $0.60 out; $0.08 from a cache" */
export function sayPrice({
  inputUsd,
  outputUsd,
  cacheReadUsd,
  cacheWriteUsd,
}: Omit<ModelPrice, "provider" | "model" | "from">): string {
  const caches = [
    ...(cacheReadUsd === undefined ? [] : [`${sayUsd(cacheReadUsd)} from a cache`]),
    ...(cacheWriteUsd === undefined ? [] : [`${sayUsd(cacheWriteUsd)} into one`]),
  ];
  return [`${sayUsd(inputUsd)} in, ${sayUsd(outputUsd)} out`, ...caches].join("; ");
}

/** Cents at least, and all digits of less. */
export const sayUsd = (usd: number): string =>
  `$${usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;

const AMOUNT = /^\d{1,6}(?:\.\d{1,9})?$/u;

/** Dollars as somebody types them; undefined where they are none. */
export function readUsd(text: string): number | undefined {
  const usd = AMOUNT.test(text.trim()) ? Number(text) : Number.NaN;
  return usd <= 100_000 ? usd : undefined;
}

/** What is to be known of the model that is written in a config; nothing of one that nobody knows. */
export function sayKnown(known: KnownModel | undefined, limitUsd: number | null): readonly string[] {
  if (known === undefined) return [];
  const { inputUsd, outputUsd, isLeaving, isMoving } = known;
  const price = inputUsd === null || outputUsd === null ? [] : [`${sayPrice({ inputUsd, outputUsd })} for a million tokens.`];
  const isOver = limitUsd !== null && outputUsd !== null && outputUsd > limitUsd;
  return [
    ...price,
    ...(isOver ? [`That is above the project’s limit of ${sayUsd(limitUsd)}: say below who may ever have the variant.`] : []),
    ...(isLeaving ? ["Its provider is withdrawing it."] : []),
    ...(isMoving ? ["Its provider moves this name to other models when it likes."] : []),
  ];
}

/** Beside a name that is offered. */
export function sayOffered({ inputUsd, outputUsd, isLeaving, isMoving }: KnownModel): string {
  const price = inputUsd === null || outputUsd === null ? [] : [`${sayUsd(inputUsd)} in, ${sayUsd(outputUsd)} out`];
  return [...price, ...(isLeaving ? ["being withdrawn"] : []), ...(isMoving ? ["moves to other models"] : [])].join(", ");
}

/** The name under which a call is priced. */
export const nameOf = ({ responseModel, requestModel }: Pick<UnpricedModel, "responseModel" | "requestModel">): string | null =>
  responseModel ?? requestModel;

/** A model that answered in some environments, whose calls have no price. */
export interface UnpricedGroup {
  readonly provider: string | null;
  readonly model: string | null;
  readonly calls: number;
  readonly environments: readonly string[];
  readonly lastAt: string;
  readonly hasPrice: boolean;
  /** Flags that name it. */
  readonly flags: readonly string[];
}

/** Shape: by provider and name; those that nobody has priced yet first, then by calls. */
export function groupUnpriced(models: readonly UnpricedModel[], uses: readonly ModelUse[]): readonly UnpricedGroup[] {
  const groups = new Map<string, UnpricedGroup>();
  for (const one of models) {
    const { provider, environment, generations, lastAt, hasPrice } = one;
    const model = nameOf(one);
    const key = JSON.stringify([provider, model]);
    const before = groups.get(key);
    const asked = [model, one.requestModel];
    const using = uses.filter((use) => use.model !== null && asked.includes(use.model)).map(({ flag }) => flag);
    groups.set(key, {
      provider,
      model,
      calls: (before?.calls ?? 0) + generations,
      environments: [...new Set([...(before?.environments ?? []), environment])],
      lastAt: before !== undefined && before.lastAt > lastAt ? before.lastAt : lastAt,
      hasPrice: hasPrice && (before?.hasPrice ?? true),
      flags: [...new Set([...(before?.flags ?? []), ...using])].sort(),
    });
  }
  return [...groups.values()].sort((one, other) => Number(one.hasPrice) - Number(other.hasPrice) || other.calls - one.calls);
}

/** "1,204 calls of llama-9 and qwen have no known price: they are in no sum of cost."; nothing where each has one by now. */
export function sayUnpriced(models: readonly UnpricedModel[]): string | undefined {
  const open = models.filter(({ hasPrice }) => !hasPrice);
  if (open.length === 0) return undefined;
  const calls = open.reduce((sum, { generations }) => sum + generations, 0);
  const names = [...new Set(open.map((one) => nameOf(one) ?? "a model without a name"))];
  const said = names.length > SAID ? [...names.slice(0, SAID), `${names.length - SAID} more`] : names;
  return `${calls.toLocaleString("en")} ${calls === 1 ? "call" : "calls"} of ${listOf(said, "and")} ${calls === 1 ? "has" : "have"} no known price, and ${calls === 1 ? "is" : "are"} in no sum of cost.`;
}

/** Models that are named in one sentence. */
const SAID = 3;
