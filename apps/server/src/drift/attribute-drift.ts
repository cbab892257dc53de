/** What most likely moved a variant: its provider, its people, or the way in which it is measured. */

import type { DriftMetric } from "@dimmer/protocol";
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
  readonly index: number;
  /** What it takes: 0.25 and what chance alone would give. */
  readonly actAt: number;
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
  if (inputs !== null && inputs.index >= inputs.actAt)
    return {
      cause: "mix",
      say: `What people send has changed as well (stability index ${inputs.index.toFixed(2)}, where ${inputs.actAt.toFixed(2)} is much): most likely other people, or other uses. Compare like with like before you blame the model.`,
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
const FLOOR = 1e-4;
const ACT = 0.25;
/** Calls that it takes on each side. */
const LEAST_CALLS = 200;

/**
 * How far inputs have moved since the reference: the population stability index over its deciles.
 *
 * Shape:  null where either side has too few calls. What chance alone would give is part of what it takes.
 * Errors: none.
 * Source: reference statistics 4, Σ(a−b)·ln(a/b) with its value without drift, (bins−1)(1/n_ref+1/n_now).
 */
export function shiftOfInputs(reference: readonly InputBin[], now: readonly InputBin[]): InputShift | null {
  const [before, since] = [callsOf(reference), callsOf(now)];
  if (before < LEAST_CALLS || since < LEAST_CALLS) return null;
  const edges = decileEdges(reference, before);
  const shares = (bins: readonly InputBin[], total: number) =>
    edges.map((edge, at) => {
      const from = edges[at - 1] ?? Number.NEGATIVE_INFINITY;
      const inside = bins.filter(({ bin }) => bin > from && bin <= edge);
      return Math.max(FLOOR, callsOf(inside) / total);
    });
  const [a, b] = [shares(reference, before), shares(now, since)];
  const index = a.reduce((sum, share, at) => sum + (share - (b[at] as number)) * Math.log(share / (b[at] as number)), 0);
  return { index, actAt: ACT + (edges.length - 1) * (1 / before + 1 / since) };
}

const callsOf = (bins: readonly InputBin[]): number => bins.reduce((sum, { calls }) => sum + calls, 0);

/** The last bin of each tenth of the calls; the last is open. */
function decileEdges(bins: readonly InputBin[], total: number): readonly number[] {
  const edges: number[] = [];
  let upto = 0;
  for (const { bin, calls } of [...bins].sort((one, other) => one.bin - other.bin)) {
    upto += calls;
    if (upto >= ((edges.length + 1) * total) / DECILES && edges.length < DECILES - 1) edges.push(bin);
  }
  return [...edges, Number.POSITIVE_INFINITY];
}
