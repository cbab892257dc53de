/** How the measures of a flag's variants went, beside what people changed meanwhile. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Change } from "@dimmer/protocol";
import { useFlagPlace } from "../flags/flag-place.ts";
import { historyQuery } from "../flags/flag-queries.ts";
import { RadioGroup } from "../ui/radio-group.tsx";
import { Time } from "../ui/time.tsx";
import { measuresOf } from "./measures.ts";
import type { PlottedMetrics } from "./plot-lines.ts";
import { type Percentile, PERCENTILES, readPercentile, sayPercentile, USUAL_PERCENTILE } from "./ranges.ts";
import { TimePlot } from "./time-plot.tsx";

/** Changes that are read, and those of them that are said; of more, the newest. */
const READ = 50;
const SAID = 5;

export function OverTime({ view, variants }: { readonly view: PlottedMetrics; readonly variants: readonly string[] }) {
  const { project, environment, flag } = useFlagPlace();
  const { within = USUAL_PERCENTILE } = useSearch({ from: "/inside/projects/$project/flags/$flag/measured" });
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag/measured" });
  const { data: history = NO_CHANGES } = useQuery(historyQuery(project.key, flag.key, READ));
  const changes = useMemo(
    () => history.filter(({ at, versions }) => at >= view.since && Object.hasOwn(versions, environment.key)),
    [history, view.since, environment.key],
  );
  const moments = useMemo(() => changes.map(({ at }) => Date.parse(at)), [changes]);
  const measures = useMemo(() => measuresOf(within), [within]);
  const choose = (chosen: Percentile | undefined) =>
    void navigate({ search: (before) => ({ ...before, within: chosen }), replace: true, resetScroll: false });
  return (
    <section aria-label="Over time" className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 className="text-title font-semibold">Over time</h3>
        <div className="flex flex-wrap items-center gap-2 text-small text-quiet">
          Time that
          <RadioGroup
            label="Part of the calls that the time is of"
            chosen={String(within)}
            onChoose={(value) => choose(readPercentile(value))}
            choices={PERCENTILES.map((percentile) => ({ value: String(percentile), label: sayPercentile(percentile) }))}
          />
          took no longer than
        </div>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-8 md:grid-cols-[repeat(2,minmax(0,1fr))]">
        {measures.map((measure) => (
          <TimePlot key={measure.title} measure={measure} view={view} variants={variants} changes={moments} />
        ))}
      </div>
      {changes.length > 0 && (
        <div className="flex flex-col gap-1 text-small">
          <p className="text-quiet">Dashed lines are changes of the flag:</p>
          <ul className="flex flex-col">
            {changes.slice(0, SAID).map(({ id, at, actor, summary }) => (
              <li key={id} className="flex flex-wrap gap-x-2">
                <span className="text-quiet">
                  <Time at={at} />, {actor.name}
                </span>
                <span className="min-w-0 break-words">{summary.join("; ")}</span>
              </li>
            ))}
          </ul>
          {changes.length > SAID && (
            <Link
              to="/projects/$project/flags/$flag/history"
              params={{ project: project.key, flag: flag.key }}
              className="self-start underline underline-offset-4"
            >
              And {changes.length - SAID} more
            </Link>
          )}
        </div>
      )}
    </section>
  );
}

const NO_CHANGES: readonly Change[] = [];
