/** How a report stands beside its baseline: a verdict for each scorer, with its interval, and the items that differ most. */

import { useQuery } from "@tanstack/react-query";
import type { EvalComparisonView, EvalItemDifference, EvalScorerComparison } from "@dimmer/protocol";
import { Problem, Section, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { comparisonQuery } from "./eval-queries.ts";
import { IntervalLine } from "./interval-line.tsx";
import { Stepwise } from "./stepwise.tsx";
import { sayChange, sayContent, sayScore, VERDICT_STATUS, VERDICT_WORDS } from "./say-eval.ts";

/** Differences that are shown at first, and more at a time. */
const DIFFERENCES_STEP = 10;

export interface ComparisonProps {
  readonly project: string;
  readonly baseline: string;
  readonly candidate: string;
}

export function Comparison({ project, baseline, candidate }: ComparisonProps) {
  const comparison = useQuery(comparisonQuery(project, baseline, candidate));
  if (comparison.isError) return <Problem error={comparison.error} onRetry={() => void comparison.refetch()} />;
  if (comparison.data === undefined) return <Waiting />;
  const { data } = comparison;
  return (
    <>
      <Section
        title={VERDICT_WORDS[data.verdict]}
        about={`Beside ${data.baseline.flag}:${data.baseline.variant}, ${sayContent(data.baseline)}. ${sayLook(data)}`}
      >
        <ul className="flex flex-col">
          {data.scorers.map((scorer) => (
            <ScorerRow key={scorer.scorer} scorer={scorer} comparison={data} />
          ))}
        </ul>
        <p className="text-small text-quiet">
          Each line is what the difference may be; the dashed mark is how much worse is allowed ({data.margin}).
        </p>
      </Section>
      {data.differences.length > 0 && (
        <Section title="What differs most" about="Item by item, the largest differences first.">
          <Stepwise
            items={data.differences}
            step={DIFFERENCES_STEP}
            render={(difference) => <DifferenceRow key={difference.scorer + difference.id} difference={difference} />}
          />
        </Section>
      )}
    </>
  );
}

const sayLook = ({ look }: EvalComparisonView): string =>
  look === 1 ? "" : `It is run ${look} of this content, and each run is held to more than the one before.`;

function ScorerRow({ scorer, comparison }: { readonly scorer: EvalScorerComparison; readonly comparison: EvalComparisonView }) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-4">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex min-w-0 items-center gap-2 font-semibold">
          <StatusLight status={VERDICT_STATUS[scorer.verdict]} />
          <span className="min-w-0 break-words">{scorer.scorer}</span>
        </p>
        <p className="figures break-words text-quiet">{scorer.words}</p>
      </div>
      <IntervalLine scorer={scorer} all={comparison.scorers} margin={comparison.margin} />
    </li>
  );
}

function DifferenceRow({ difference }: { readonly difference: EvalItemDifference }) {
  const { id, scorer, before, after, beforePreview, afterPreview } = difference;
  return (
    <li className="flex flex-col gap-2 border-b border-line py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="min-w-0 font-mono break-all">{id}</p>
        <p className="tabular-nums">
          <span className="text-quiet">{scorer} </span>
          {sayScore(before)} → {sayScore(after)} <span className="text-quiet">({sayChange(after - before)})</span>
        </p>
      </div>
      {(beforePreview !== null || afterPreview !== null) && (
        <div className="grid gap-x-8 gap-y-2 md:grid-cols-2">
          <Answer label="Before" text={beforePreview} />
          <Answer label="Now" text={afterPreview} />
        </div>
      )}
    </li>
  );
}

function Answer({ label, text }: { readonly label: string; readonly text: string | null }) {
  return (
    <div className="min-w-0">
      <p className="text-small text-quiet">{label}</p>
      <p className="break-words whitespace-pre-wrap">{text ?? "Not kept."}</p>
    </div>
  );
}
