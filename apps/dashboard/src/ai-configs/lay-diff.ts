/** Changes between two texts as parts that follow each other. */

export interface DiffPart {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Where a stretch of the one text became one of the other. */
export interface TextChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Shape: no part is empty; what went stands before what came in its place. */
export function layDiff(before: string, after: string, changes: readonly TextChange[]): readonly DiffPart[] {
  const parts = changes.flatMap(({ fromA, toA, fromB, toB }, at): DiffPart[] => [
    { kind: "same", text: after.slice(changes[at - 1]?.toB ?? 0, fromB) },
    { kind: "gone", text: before.slice(fromA, toA) },
    { kind: "new", text: after.slice(fromB, toB) },
  ]);
  return [...parts, { kind: "same" as const, text: after.slice(changes.at(-1)?.toB ?? 0) }].filter(({ text }) => text !== "");
}
