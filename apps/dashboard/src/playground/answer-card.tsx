/** What one variant said, with its cost, time and tokens; or why it said nothing. */

import { Link } from "@tanstack/react-router";
import type { PlaygroundAnswer } from "@dimmer/protocol";
import { CopyButton } from "../ui/copyable.tsx";
import { Tag } from "../ui/tag.tsx";
import { factsOf, sayEnd, sayFailure } from "./say-answer.ts";

export interface AnswerCardProps {
  readonly project: string;
  readonly answer: PlaygroundAnswer;
  readonly all: readonly PlaygroundAnswer[];
  readonly isDraft: boolean;
  readonly colour: string;
}

export function AnswerCard({ project, answer, all, isDraft, colour }: AnswerCardProps) {
  const { variant, text, failure, model, connection } = answer;
  const end = failure === null ? sayEnd(answer) : undefined;
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-control border border-line bg-surface p-4">
      <div className="flex items-start gap-2">
        <span aria-hidden className="mt-1.5 size-2.5 shrink-0 rounded-full" style={{ background: colour }} />
        <div className="min-w-0 flex-1">
          <h3 className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 truncate font-semibold">{variant}</span>
            {isDraft && <Tag>Draft</Tag>}
          </h3>
          <p className="text-small break-words text-quiet">{sayBy(model, connection?.name)}</p>
        </div>
        {text !== null && <CopyButton text={text} what={`the answer of ${variant}`} />}
      </div>
      {failure !== null ? (
        <div>
          <p className="font-semibold text-danger">{sayFailure(failure)}</p>
          <p className="text-small break-words">{failure.message}</p>
          {failure.type === "no_connection" && (
            <Link
              to="/projects/$project/environments"
              params={{ project }}
              hash="connections"
              className="text-small underline underline-offset-2"
            >
              See the connections
            </Link>
          )}
        </div>
      ) : (
        <p className="max-h-96 min-h-20 flex-1 overflow-y-auto break-words whitespace-pre-wrap" tabIndex={0}>
          {text === null || text === "" ? <span className="text-quiet">It said nothing.</span> : text}
        </p>
      )}
      {end !== undefined && <p className="text-small text-quiet">{end}</p>}
      {model !== null && failure === null && (
        <dl className="figures mt-auto flex flex-col border-t border-line pt-2 text-small">
          {factsOf(answer, all).map(({ label, said, isBest }) => (
            <div key={label} className="flex items-baseline justify-between gap-3">
              <dt className="text-quiet">{label}</dt>
              <dd className={isBest ? "font-semibold" : ""}>
                {said}
                {isBest && <span className="font-normal text-quiet"> ({label === "Cost" ? "cheapest" : "quickest"})</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function sayBy(model: string | null, connection: string | undefined): string {
  if (model === null) return "A reply, without a model";
  return connection === undefined ? model : `${model}, through ${connection}`;
}
