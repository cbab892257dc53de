/** What most likely moved a variant: its provider, its people, or the way in which it is measured. */

import type { DriftMetric } from "@dimmer/protocol";
import { populationStability } from "@dimmer/statistics";
import type { InputBin } from "../storage/drift-record.ts";

/** Who answers a variant of those that are watched, and whether it moved too. */
export interface MovedVariant {
  readonly flag: string;
  readonly variant: string;
  readonly providers: readonly string[];
  readonly isMoved: boolean;
}

export interface DriftFacts {
  readonly variant: string;
  readonly metric: DriftMetric;
  /** The last other model that began to answer it, within a week before. */
  readonly model: { readonly name: string; readonly before: readonly string[]; readonly at: number } | null;
  readonly providers: readonly string[];
  /** All others that are watched by this metric, in the environment. */
  readonly others: readonly MovedVariant[];
  readonly inputs: InputShift | null;
}

export interface InputShift {
  /** Population stability. */
  readonly index: number;
  /** What chance alone gives. */
  readonly expected: number;
  readonly isMuch: boolean;
}

export type DriftCause = "provider-model" | "mix" | "population" | "provider" | "unknown";

/**
 * Shape:  the likeliest first: a model that changed, inputs that changed, everything of all providers, everything of one; else nothing is
 *         blamed. In whole sentences.
 * Errors: none.
 * Source: reference statistics 4.
 */
export function attributeDrift(facts: DriftFacts): { readonly cause: DriftCause; readonly say: string } {
  const { model, inputs, others, providers } = facts;
  if (model !== null)
    return {
      cause: "provider-model",
      say: `Since ${minuteOf(model.at)} ${model.name} has answered, where it was ${listOf(model.before)} before: most likely the provider changed the model behind the name.`,
    };
  if (inputs?.isMuch === true)
    return {
      cause: "mix",
      say: `What people send has changed as well (population stability ${inputs.index.toFixed(2)}, where chance gives ${inputs.expected.toFixed(2)}): most likely other people, or other uses. Compare like with like before you blame the model.`,
    };
  const moved = others.filter(({ isMoved }) => isMoved);
  const named = listOf(moved.map(({ flag, variant }) => `${variant} of ${flag}`).slice(0, NAMED));
  const involved = new Set([...providers, ...moved.flatMap((one) => one.providers)]);
  if (moved.length > 0 && moved.length === others.length && involved.size > 1)
    return {
      cause: "population",
      say: `Everything that is watched has moved with it, of all providers (${named}): most likely the people, or the way it is measured.`,
    };
  const mine = others.filter((one) => one.providers.some((provider) => providers.includes(provider)));
  const elsewhere = moved.filter((one) => !mine.includes(one));
  if (mine.length > 0 && mine.every(({ isMoved }) => isMoved) && elsewhere.length === 0)
    return {
      cause: "provider",
      say: `What ${listOf(providers)} answers has moved with it (${named}), and nothing else: most likely the provider.`,
    };
  const rest = moved.length === 0 ? "Nothing else that is watched moved with it" : `${named} moved with it, others did not`;
  return { cause: "unknown", say: `${rest}, the same model answers, and people send what they did: it is not clear why.` };
}

const NAMED = 5;
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const listOf = (names: readonly string[]): string => (names.length === 0 ? "another" : names.join(", "));

/** Bins that inputs are compared in. */
const DECILES = 10;
/** Calls that it takes on each side. */
const LEAST_CALLS = 200;

/**
 * How far inputs have moved since the reference, over its deciles.
 *
 * Shape:  null where either side has too few calls. What chance alone would give is part of what it takes.
 * Errors: none.
 * Source: reference statistics 4.
 */
export function shiftOfInputs(reference: readonly InputBin[], now: readonly InputBin[]): InputShift | null {
  if (callsOf(reference) < LEAST_CALLS || callsOf(now) < LEAST_CALLS) return null;
  const edges = decileEdges(reference);
  const found = populationStability(countsUpTo(edges, reference), countsUpTo(edges, now));
  if (found === undefined) return null;
  return { index: found.index, expected: found.expected, isMuch: found.verdict === "act" };
}

const callsOf = (bins: readonly InputBin[]): number => bins.reduce((sum, { calls }) => sum + calls, 0);

const countsUpTo = (edges: readonly number[], bins: readonly InputBin[]): readonly number[] =>
  edges.map((edge, at) => {
    const from = edges[at - 1] ?? Number.NEGATIVE_INFINITY;
    return callsOf(bins.filter(({ bin }) => bin > from && bin <= edge));
  });

/** The last bin of each tenth of the calls; the last is open. */
function decileEdges(bins: readonly InputBin[]): readonly number[] {
  const total = callsOf(bins);
  const edges: number[] = [];
  let upto = 0;
  for (const { bin, calls } of bins) {
    upto += calls;
    if (upto >= ((edges.length + 1) * total) / DECILES && edges.length < DECILES - 1) edges.push(bin);
  }
  return [...edges, Number.POSITIVE_INFINITY];
}
