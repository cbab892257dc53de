/** How many people and days an experiment takes, as the server reckons it from the last week. */

import { useQuery } from "@tanstack/react-query";
import type { ExperimentRequest } from "@dimmer/protocol";
import { Problem } from "../ui/page.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { outlookQuery } from "./experiment-queries.ts";
import { sayEffect } from "./say-experiment.ts";

/** Milliseconds after the last movement until the server is asked. */
const ASK_AFTER_MS = 400;

export interface ExperimentOutlookPanelProps {
  readonly project: string;
  readonly request: ExperimentRequest;
  readonly isAsked: boolean;
}

export function ExperimentOutlookPanel({ project, request, isAsked }: ExperimentOutlookPanelProps) {
  const asked = useDebounced(request, ASK_AFTER_MS);
  const outlook = useQuery(outlookQuery(project, asked, isAsked));
  if (outlook.isError) return <Problem error={outlook.error} onRetry={() => void outlook.refetch()} />;
  if (outlook.data === undefined) return <div className="min-h-24" />;
  const { say, findable, issues } = outlook.data;
  return (
    <div role="status" className={`flex flex-col gap-3 transition-opacity duration-150 ${asked === request ? "" : "opacity-50"}`}>
      <p className="text-title font-semibold break-words">{say}</p>
      {findable.length > 0 && (
        <ul className="figures flex flex-wrap gap-x-8 gap-y-1">
          {findable.map(({ days, people, effect }) => (
            <li key={days}>
              <span className="font-semibold">{sayEffect(effect).replace("+", "±")}</span>{" "}
              <span className="text-quiet">
                in {days} days, with {people.toLocaleString("en")} people
              </span>
            </li>
          ))}
        </ul>
      )}
      {issues.map(({ path, code, message, mend, severity }) => (
        <div
          key={path + code}
          className={`rounded-control border px-4 py-3 ${severity === "error" ? "border-danger bg-danger-soft" : "border-light"}`}
        >
          <p className="font-semibold break-words">{message}</p>
          <p className="break-words">{mend}</p>
        </div>
      ))}
    </div>
  );
}
