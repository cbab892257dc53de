/** The items of a report: their scores, what was answered, and what went wrong. */

import { useState } from "react";
import type { EvalItem } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { Tag } from "../ui/tag.tsx";
import { flawedFirst, sayScores } from "./say-eval.ts";

/** Items that are shown at first, and more at a time. */
const STEP = 50;

export function ItemList({ items }: { readonly items: readonly EvalItem[] }) {
  const [shown, setShown] = useState(STEP);
  const ordered = flawedFirst(items);
  return (
    <>
      <ul className="border-t border-line">
        {ordered.slice(0, shown).map((item) => (
          <ItemRow key={item.id} item={item} />
        ))}
      </ul>
      {shown < ordered.length && (
        <div className="flex items-center gap-4">
          <Button onClick={() => setShown(shown + STEP)}>Show more</Button>
          <p className="text-small text-quiet">
            {shown} of {ordered.length} are shown.
          </p>
        </div>
      )}
    </>
  );
}

function ItemRow({ item }: { readonly item: EvalItem }) {
  const { id, scores, mustPass, error, outputPreview } = item;
  return (
    <li className="flex flex-wrap items-start gap-x-8 gap-y-2 border-b border-line py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex min-w-0 flex-wrap items-center gap-2">
          <span className="min-w-0 font-mono break-all">{id}</span>
          {mustPass === true && <Tag>Must pass</Tag>}
        </p>
        {error !== undefined && <p className="break-words text-danger">{error}</p>}
        {outputPreview !== undefined && <p className="break-words whitespace-pre-wrap text-quiet">{outputPreview}</p>}
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1">
        {Object.entries(scores).map(([scorer, score]) => (
          <div key={scorer}>
            <dt className="text-small break-all text-quiet">{scorer}</dt>
            <dd className="tabular-nums">{sayScores(score)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
