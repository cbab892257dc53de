/** Whether a flag's variants still are what they were: each against its own past, with what the provider did in between. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { DriftMark, DriftView } from "@dimmer/protocol";
import { useFlagPlace } from "../flags/flag-place.ts";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { DriftPlot } from "./drift-plot.tsx";
import { driftQuery } from "./drift-queries.ts";
import { FallbackSection } from "./fallback-section.tsx";
import { pressingFirst } from "./say-drift.ts";

/** Plots that are shown at once; a variant is chosen to see the others. */
const SHOWN = 24;

export function DriftTab() {
  const { project, environment, flag } = useFlagPlace();
  const drift = useQuery(driftQuery(project.key, environment.key, flag.key));
  if (flag.archived) return <p className="text-quiet">Archived flags answer nothing, so nothing can drift.</p>;
  if (drift.data === undefined)
    return drift.isError ? <Problem error={drift.error} onRetry={() => void drift.refetch()} /> : <Waiting rows={4} />;
  return (
    <>
      <Watched view={drift.data} />
      <FallbackSection />
    </>
  );
}

function Watched({ view }: { readonly view: DriftView }) {
  const { environment, flag, variants } = useFlagPlace();
  const { variant } = useSearch({ from: "/inside/projects/$project/flags/$flag/drift" });
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag/drift" });
  const named = [...new Set(view.series.map((one) => one.variant))];
  const shown = pressingFirst(view.series.filter((one) => variant === undefined || one.variant === variant));
  return (
    <Section
      title={`Drift in ${environment.name}`}
      about="Each variant against its own past, hour by hour. Together they cry wolf once a quarter."
      acts={
        named.length > 1 && (
          <CompactSelect
            label="Variant"
            value={variant ?? ""}
            onChange={({ target }) => void navigate({ search: target.value === "" ? {} : { variant: target.value } })}
            choices={[{ value: "", label: "All variants" }, ...named.map((name) => ({ value: name, label: name }))]}
          />
        )
      }
    >
      {shown.length === 0 ? (
        <Empty title={view.settings.isOn ? "Nothing to hold against its past yet" : "Not watched"}>
          {view.settings.isOn
            ? "Once apps tell what became of its answers, a week of them is frozen as what is usual. From then on every hour is held against it, and a change that is no chance raises an alert, even where nobody changed the flag: providers change their models too."
            : view.isDefault
              ? "Flags with AI configs are watched by themselves; this one has none. `dimmer drift set` watches it all the same."
              : "Somebody turned drift off for this flag."}
        </Empty>
      ) : (
        <>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-10 md:grid-cols-[repeat(2,minmax(0,1fr))]">
            {shown.slice(0, SHOWN).map((series) => (
              <DriftPlot
                key={`${series.metric} ${series.variant}`}
                series={series}
                marks={view.marks}
                colour={variantColour(variants, series.variant)}
                flag={flag.key}
              />
            ))}
          </div>
          {shown.length > SHOWN && (
            <p className="text-small text-quiet">
              {SHOWN} of {shown.length} are shown, those that changed first. Choose a variant to see the others.
            </p>
          )}
          <p className="text-small text-quiet">
            The dashed line is what its past has of that hour. Beneath it evidence grows towards the red line, where it raises an
            alert. A diamond is a change at the provider; for a day after one it takes less.
          </p>
        </>
      )}
      {shown.length > 0 && <Marks marks={view.marks} />}
    </Section>
  );
}

function Marks({ marks }: { readonly marks: readonly DriftMark[] }) {
  if (marks.length === 0) return null;
  const newest = [...marks].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <ul className="flex flex-col gap-1">
      {newest.map(({ kind, at, variant, say, before, after }) => (
        <li key={`${kind} ${at} ${variant}`} className="flex flex-wrap gap-x-2">
          <span aria-hidden className={kind === "model" || kind === "fingerprint" ? "text-ink" : "text-light-ink"}>
            {kind === "model" || kind === "fingerprint" ? "◆" : "┆"}
          </span>
          <span className="text-quiet">
            <Time at={at} />
          </span>
          <span className="min-w-0 break-words">{say}</span>
          {before !== null && after !== null && !say.includes(after) && (
            <span className="font-mono text-small break-all text-quiet">
              {before} → {after}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
