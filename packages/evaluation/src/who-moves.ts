/** Who moves, by example: given two snapshots and a sample of contexts, how many change variant. */

import type { CompiledSnapshot } from "./compile-snapshot.ts";
import type { EvaluationContext } from "./context.ts";
import { evaluate } from "./evaluate.ts";

/** `null` stands for the caller's default: no such flag, an error, or nothing left to fall back to. */
export interface SampleMove {
  readonly flag: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Contexts of the sample. */
  readonly count: number;
}

/**
 * Compares two snapshots over a sample of contexts.
 *
 * Shape:  one row per flag, old and new variant, only where they differ, the largest first. `splitMoves` is exact and needs no sample.
 * Errors: none.
 */
export function whoMoves(
  before: CompiledSnapshot,
  after: CompiledSnapshot,
  contexts: Iterable<EvaluationContext>,
  flagKeys: readonly string[] = [...new Set([...before.flags.keys(), ...after.flags.keys()])],
): SampleMove[] {
  const moves = new Map<string, SampleMove>();
  for (const context of contexts) {
    for (const flag of flagKeys) {
      const from = evaluate(before, flag, context).variant ?? null;
      const to = evaluate(after, flag, context).variant ?? null;
      if (from === to) continue;
      const name = JSON.stringify([flag, from, to]);
      moves.set(name, { flag, from, to, count: (moves.get(name)?.count ?? 0) + 1 });
    }
  }
  return [...moves.values()].sort((one, other) => other.count - one.count);
}
