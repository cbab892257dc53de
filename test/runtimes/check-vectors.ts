/** Runs the vectors against the package in whatever runtime this is bundled for; gives the failures, throws nothing. */

import {
  compileSnapshot,
  evaluate,
  type EvaluateOptions,
  reallocateSplit,
  type Snapshot,
  slotOf,
  storeSplit,
} from "@dimmer/evaluation";

export interface Vectors {
  readonly slot: { readonly vectors: readonly { readonly salt: string; readonly key: string; readonly slot: number }[] };
  readonly split: {
    readonly vectors: readonly {
      readonly steps: readonly { readonly split: Record<string, number>; readonly ranges: unknown }[];
    }[];
  };
  readonly evaluation: {
    readonly vectors: {
      readonly snapshot: Snapshot;
      readonly cases: readonly {
        readonly flag: string;
        readonly context: unknown;
        readonly options?: EvaluateOptions;
        readonly expected: unknown;
      }[];
    };
  };
}

export interface VectorReport {
  readonly checked: number;
  readonly failures: readonly string[];
}

export function checkVectors(vectors: Vectors): VectorReport {
  const failures: string[] = [];
  let checked = 0;
  const same = (what: string, found: unknown, expected: unknown): void => {
    checked++;
    if (canonical(found) !== canonical(expected)) failures.push(`${what}: ${canonical(found)} is not ${canonical(expected)}`);
  };
  for (const { salt, key, slot } of vectors.slot.vectors) same(`slot of ${salt}:${key}`, slotOf(salt, key), slot);
  for (const { steps } of vectors.split.vectors) {
    let stored = storeSplit(steps[0]?.split ?? {}, { salt: "flag" });
    for (const step of steps) {
      stored = reallocateSplit(stored, step.split);
      same(`ranges of ${canonical(step.split)}`, stored.ranges, step.ranges);
    }
  }
  const compiled = compileSnapshot(vectors.evaluation.vectors.snapshot);
  for (const { flag, context, options, expected } of vectors.evaluation.vectors.cases) {
    same(`${flag} for ${canonical(context)}`, evaluate(compiled, flag, context, options), expected);
  }
  return { checked, failures: failures.slice(0, 20) };
}

/** JSON with sorted keys, so that the order of fields does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
        : part,
    ) ?? "undefined"
  );
}
