/** What became of a flag's variants: cost, speed, failures, and what people made of the answers. */

import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Route } from "lucide-react";
import { useMemo } from "react";
import { sayShare } from "@dimmer/evaluation";
import { type DefinedMetric, type MetricsView, type ModelAnswered, sayBeside, type ValueMetric } from "@dimmer/protocol";
import { useFlagPlace } from "../flags/flag-place.ts";
import { UnpricedNote } from "../prices/unpriced-note.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { NamedCopyButton, Snippet } from "../ui/copyable.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { OverTime } from "./over-time.tsx";
import { metricsQuery } from "./metric-queries.ts";
import { RANGES, USUAL_HOURS } from "./ranges.ts";
import { variantsCsv } from "./variant-columns.ts";
import { VariantTable } from "./variant-table.tsx";

export function MeasuredTab() {
  const { project, environment, flag, variants } = useFlagPlace();
  const { hours = USUAL_HOURS } = useSearch({ from: "/inside/projects/$project/flags/$flag/measured" });
  const metrics = useQuery(metricsQuery(project.key, environment.key, flag.key, hours));
  return (
    <Section
      title="What came of it"
      about={`In ${environment.name}, as apps tell it. What an override forced is not in it.`}
      acts={<Ranges project={project.key} flag={flag.key} hours={hours} />}
    >
      {metrics.data === undefined ? (
        metrics.isError ? (
          <Problem error={metrics.error} onRetry={() => void metrics.refetch()} />
        ) : (
          <Waiting rows={4} />
        )
      ) : metrics.data.variants.length === 0 ? (
        <Nothing flag={flag.key} variant={variants[0] ?? ""} />
      ) : (
        <Measured view={metrics.data} variants={variants} />
      )}
    </Section>
  );
}

function Ranges({ project, flag, hours }: { readonly project: string; readonly flag: string; readonly hours: number }) {
  return (
    <nav aria-label="How far back">
      <ul className="flex gap-1">
        {RANGES.map((range) => (
          <li key={range.hours}>
            <Link
              to="/projects/$project/flags/$flag/measured"
              params={{ project, flag }}
              search={(before) => ({ ...before, hours: range.hours === USUAL_HOURS ? undefined : range.hours })}
              data-chosen={range.hours === hours}
              aria-current={range.hours === hours ? "true" : undefined}
              className="flex h-9 items-center rounded-control px-3 text-small text-quiet transition-colors duration-150 hover:text-ink data-[chosen=true]:bg-raised data-[chosen=true]:font-semibold data-[chosen=true]:text-ink"
            >
              {range.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Measured({ view, variants }: { readonly view: MetricsView; readonly variants: readonly string[] }) {
  const { project, environment, flag } = useFlagPlace();
  const { hours } = useSearch({ from: "/inside/projects/$project/flags/$flag/measured" });
  const remarks = useMemo(() => sayBeside(view), [view]);
  return (
    <div className="flex flex-col gap-8">
      <UnpricedNote
        project={project.key}
        isOurs={(model) => model.environment === environment.key && (view.models ?? []).some((one) => isSameModel(one, model))}
      />
      <div className="flex flex-col gap-2">
        <VariantTable metrics={view.variants} variants={variants} />
        <div className="flex flex-wrap justify-end gap-1">
          <ButtonLink
            look="bare"
            icon={<Route size={16} />}
            to="/projects/$project/runs"
            params={{ project: project.key }}
            search={{ flag: flag.key, hours }}
          >
            Its runs
          </ButtonLink>
          <NamedCopyButton text={variantsCsv(view.variants)} what="as CSV" />
        </div>
      </div>
      {view.series !== null && <OverTime view={{ ...view, series: view.series }} variants={variants} />}
      {view.defined !== null && view.defined.length > 0 && <Defined metrics={view.defined} />}
      {view.values !== null && view.values.length > 0 && <Values values={view.values} />}
      {remarks.length > 0 && (
        <ul className="flex flex-col gap-2 border-l-2 border-line-strong pl-4 text-quiet">
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

type Named = Pick<ModelAnswered, "provider" | "requestModel" | "responseModel">;

const isSameModel = (one: Named, other: Named): boolean =>
  one.provider === other.provider && one.requestModel === other.requestModel && one.responseModel === other.responseModel;

/** What the project defines. */
function Defined({ metrics }: { readonly metrics: readonly DefinedMetric[] }) {
  const rows = metrics.map((metric) => ({
    key: `${metric.name} ${metric.variant}`,
    cells: [metric.name, metric.variant, metric.people.toLocaleString("en-US"), sayDefined(metric)],
  }));
  return <NamedRows caption="Your metrics" heads={["Name", "Variant", "People", "Is"]} rows={rows} />;
}

function sayDefined({ type, value, unit }: DefinedMetric): string {
  if (value === null) return "–";
  if (type === "rate") return sayShare(value);
  return `${Number(value.toPrecision(4)).toLocaleString("en-US")}${unit === null ? "" : ` ${unit}`}`;
}

/** What judges scored, and what the app counts itself. */
function Values({ values }: { readonly values: readonly ValueMetric[] }) {
  const rows = values.map(({ kind, variant, name, count, mean }) => ({
    key: `${kind} ${name} ${variant}`,
    cells: [
      name,
      variant,
      count.toLocaleString("en-US"),
      mean === null ? "" : Number(mean.toPrecision(3)).toLocaleString("en-US"),
    ],
  }));
  return <NamedRows caption="Scores and own metrics" heads={["Name", "Variant", "Times", "On average"]} rows={rows} />;
}

interface NamedRowsProps {
  readonly caption: string;
  readonly heads: readonly string[];
  /** A name, a variant, and figures. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
}

function NamedRows({ caption, heads, rows }: NamedRowsProps) {
  return (
    <table className="w-full text-left">
      <caption className="pb-2 text-left font-semibold">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-small text-quiet">
          {heads.map((head) => (
            <th key={head} scope="col" className="py-2 pr-4 font-normal">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key} className="border-b border-line">
            {cells.map((cell, at) => (
              <td key={heads[at]} className={`py-2 pr-4 ${at < 2 ? "break-all" : "tabular-nums"}`}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nothing({ flag, variant }: { readonly flag: string; readonly variant: string }) {
  const example = `dimmer.record({
  kind: "generation",
  id: callId,
  at: startedAt,
  served: { flag: "${flag}", variant: "${variant}" },
  operation: "chat",
  attempt: 1,
  provider: "anthropic",
  requestModel: "claude-sonnet-4-5",
  durationMs: 840,
  inputTokens: 1200,
  outputTokens: 90,
});`;
  return (
    <Empty title="Nobody has told of a call yet">
      <p className="pb-4">
        Once your app tells what its calls of models cost and how long they took, each variant stands here beside the others. With
        the Node SDK:
      </p>
      <Snippet text={example} what="an event" />
    </Empty>
  );
}
