/** What every flag of an environment answers to one context; choosing one shows why. */

import { useState } from "react";
import type { Answer } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { sayAnswer, sayReason } from "./say-trace.ts";

/** Rows shown at first, and more with each press. */
const ROWS = 100;

export interface AllAnswersProps {
  readonly answers: readonly Answer[];
  readonly onChoose: (flag: string) => void;
}

export function AllAnswers({ answers, onChoose }: AllAnswersProps) {
  const [asked, setAsked] = useState("");
  const [rows, setRows] = useState(ROWS);
  if (answers.length === 0) return <p className="text-quiet">There is no flag in this environment yet.</p>;
  const found = answers.filter(({ evaluation }) => evaluation.flagKey.includes(asked.trim().toLowerCase()));
  return (
    <div className="flex flex-col gap-3">
      <input
        type="search"
        aria-label="Search answers"
        placeholder="Search ( / )"
        value={asked}
        onChange={({ target }) => setAsked(target.value)}
        className="h-9 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong"
      />
      <ul className="border-t border-line">
        {found.slice(0, rows).map(({ evaluation }) => (
          <li key={evaluation.flagKey} className="border-b border-line">
            <button
              type="button"
              onClick={() => onChoose(evaluation.flagKey)}
              title="Why?"
              className="grid w-full gap-x-4 py-2.5 text-left hover:bg-surface sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
            >
              <span className="truncate">{evaluation.flagKey}</span>
              <span className="min-w-0">
                <span className="block truncate font-semibold">{sayAnswer(evaluation)}</span>
                <span className="block text-small text-quiet">{sayReason(evaluation)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="text-quiet">No flag is called that.</p>}
      {found.length > rows && (
        <div>
          <Button onClick={() => setRows(rows + ROWS)}>Show {Math.min(ROWS, found.length - rows)} more</Button>
        </div>
      )}
    </div>
  );
}
