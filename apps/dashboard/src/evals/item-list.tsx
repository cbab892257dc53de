/** The items of a report: their scores, what was answered, and what went wrong. */

import type { EvalItem } from "@dimmer/protocol";
import { Tag } from "../ui/tag.tsx";
import { flawedFirst, sayScores } from "./say-eval.ts";
import { Stepwise } from "./stepwise.tsx";

/** Items that are shown at first, and more at a time. */
const STEP = 50;

export function ItemList({ items }: { readonly items: readonly EvalItem[] }) {
  return <Stepwise items={flawedFirst(items)} step={STEP} render={(item) => <ItemRow key={item.id} item={item} />} />;
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
