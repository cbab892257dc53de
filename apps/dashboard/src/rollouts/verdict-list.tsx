/** What a rollout decided, newest first: each in a sentence with why, and the evidence for whoever asks. */

import { useState } from "react";
import { type VerdictView, wordsOfGuardrail } from "@dimmer/protocol";
import { sayCount, sayPercent } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { sayReading, sayStanding } from "./guardrail-words.ts";
import { sayVerdict, VERDICT_STATUS } from "./say-rollout.ts";

const STEP = 20;

export interface VerdictListProps {
  /** Newest first. */
  readonly verdicts: readonly VerdictView[];
  readonly variant: string;
}

export function VerdictList({ verdicts, variant }: VerdictListProps) {
  const [shown, setShown] = useState(STEP);
  if (verdicts.length === 0) return <p className="text-quiet">It has decided nothing yet.</p>;
  return (
    <>
      <ol className="flex flex-col">
        {verdicts.slice(0, shown).map((verdict, at) => (
          <VerdictRow key={verdict.sequence} verdict={verdict} variant={variant} isLast={at === verdicts.length - 1} />
        ))}
      </ol>
      {shown < verdicts.length && (
        <Button className="self-start" onClick={() => setShown(shown + STEP)}>
          Show more
        </Button>
      )}
    </>
  );
}

function VerdictRow({
  verdict,
  variant,
  isLast,
}: {
  readonly verdict: VerdictView;
  readonly variant: string;
  readonly isLast: boolean;
}) {
  const { because, at, lastAt, times, actor, evidence } = verdict;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4">
      <span className="flex flex-col items-center pt-1.5">
        <StatusLight status={VERDICT_STATUS[verdict.verdict]} />
        {!isLast && <span aria-hidden className="mt-1.5 w-px flex-1 bg-line" />}
      </span>
      <div className="flex flex-col gap-1 pb-5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="font-semibold">{sayVerdict(verdict)}</p>
          <p className="text-small text-quiet">
            {times > 1 && <span className="figures">{times.toLocaleString("en")} times, the last </span>}
            <Time at={times > 1 ? lastAt : at} />
            {actor.kind !== "system" && <span>, {actor.name}</span>}
          </p>
        </div>
        {because.map(({ reason, about, say }) => (
          <p key={`${reason} ${about}`} className="max-w-prose break-words">
            {say}
          </p>
        ))}
        <details className="text-small">
          <summary className="w-fit text-quiet underline-offset-4 hover:text-ink hover:underline">
            The evidence: {sayCount(evidence.treatedExposures)} with {variant}, {sayCount(evidence.otherExposures)} with the
            others
          </summary>
          <Evidence evidence={evidence} variant={variant} />
        </details>
      </div>
    </li>
  );
}

function Evidence({ evidence, variant }: { readonly evidence: VerdictView["evidence"]; readonly variant: string }) {
  const { guardrails, never, gates, models, sampleRatio } = evidence;
  const rows: readonly (readonly [name: string, said: string])[] = [
    ...guardrails.map(
      (reading) => [wordsOfGuardrail(reading.metric).title, `${sayStanding(reading)}. ${sayReading(reading, variant)}`] as const,
    ),
    ...never.map(({ event, count, atLeast }) => [event, `${count} of at most ${atLeast - 1} seen`] as const),
    ...gates.map(({ suite, say }) => [suite, say] as const),
    [
      "Shares as planned",
      sampleRatio.logEvidence >= sampleRatio.flaggedAt
        ? "No: people are not where the split puts them"
        : "Yes, as far as is known",
    ],
    ...models.map(
      (model) =>
        [
          `Model of ${model.variant === "treated" ? variant : model.variant}`,
          `${model.model} (${sayPercent(model.share * 100)})`,
        ] as const,
    ),
  ];
  return (
    <dl className="mt-2 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-6 gap-y-1 border-l-2 border-line pl-4">
      {rows.map(([name, said]) => (
        <div key={name} className="contents">
          <dt className="break-words text-quiet">{name}</dt>
          <dd className="figures break-words">{said}</dd>
        </div>
      ))}
    </dl>
  );
}
