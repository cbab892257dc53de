/** Two texts in one, word by word: what went is struck through, what came is underlined. */

import { presentableDiff } from "@codemirror/merge";
import { useMemo } from "react";
import { type DiffPart, layDiff } from "./lay-diff.ts";

/** How far it looks before it takes a longer stretch for changed than is; a whole prompt can be another. */
const BOUNDS = { scanLimit: 1_000, timeout: 100 } as const;

export function WordDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const parts = useMemo(() => layDiff(before, after, presentableDiff(before, after, BOUNDS)), [before, after]);
  return (
    <p className="break-words whitespace-pre-wrap">
      {parts.map((part, at) => (
        // The parts of a text have no names.
        // oxlint-disable-next-line react/no-array-index-key
        <Part key={at} part={part} />
      ))}
    </p>
  );
}

function Part({ part: { kind, text } }: { readonly part: DiffPart }) {
  if (kind === "gone") return <del className="rounded-[3px] bg-danger-soft text-danger">{text}</del>;
  if (kind === "new") return <ins className="rounded-[3px] bg-healthy/15 text-healthy underline-offset-4">{text}</ins>;
  return text;
}
