/** Runs below each other, the newest first: what was served, who answered, what it cost and what people said. */

import { Link } from "@tanstack/react-router";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Section } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { type RunSummary } from "./read-run.ts";
import { sayCalls, sayFeedback, sayOutcome, sayTotal } from "./say-run.ts";

export interface RunListProps {
  readonly title: string;
  readonly runs: readonly RunSummary[];
  /** There may be more than was read. */
  readonly isCut: boolean;
}

export function RunList({ title, runs, isCut }: RunListProps) {
  const { project } = useEnvironmentPlace();
  return (
    <Section
      title={title}
      about={isCut ? `The newest ${runs.length}; what came before is not read.` : `${runs.length} in that time.`}
    >
      <ol className="-mt-4 flex flex-col">
        {runs.map((run) => (
          <li key={run.run} className="border-b border-line">
            <Link
              to="/projects/$project/runs"
              params={{ project: project.key }}
              search={(before) => ({ ...before, run: run.run, flag: undefined })}
              className="group grid items-baseline gap-x-4 gap-y-0.5 py-3 sm:grid-cols-[8rem_minmax(0,1fr)_auto]"
            >
              <span className="text-small text-quiet">
                <Time at={new Date(run.at).toISOString()} />
              </span>
              <span className="min-w-0">
                <span className="font-semibold break-words underline-offset-4 group-hover:underline">{sayOutcome(run)}</span>
                <span className="block text-small break-words text-quiet">
                  {run.served === undefined ? "" : `${run.served.flag} gave ${run.served.variant}`}
                  {run.model === undefined ? "" : `, ${run.model}`}
                  {run.feedback.length === 0 ? "" : ` · ${sayFeedback(run)}`}
                </span>
              </span>
              <span className="figures text-small text-quiet sm:text-right">
                {sayCalls(run)}
                {run.calls > 0 && <span className="sm:block max-sm:before:content-['_·_']">{sayTotal(run.cost)}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
