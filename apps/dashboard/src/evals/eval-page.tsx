/** One eval report: its scores, how it stands beside another, and its items. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { EvalReportDetails } from "@dimmer/protocol";
import { usePlace } from "../shell/projects-query.ts";
import { Copyable } from "../ui/copyable.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { Comparison } from "./comparison.tsx";
import { reportQuery, reportsQuery } from "./eval-queries.ts";
import { ItemList } from "./item-list.tsx";
import { sayContent, sayCost, sayScore, sayScored } from "./say-eval.ts";

export function EvalPage() {
  const { project } = usePlace();
  const { report: id } = useParams({ from: "/inside/projects/$project/evals/$report" });
  const report = useQuery(reportQuery(project.key, id));
  if (report.data !== undefined) return <Loaded project={project.key} report={report.data} />;
  return (
    <Page title="Eval report">
      {report.isError ? <Problem error={report.error} onRetry={() => void report.refetch()} /> : <Waiting />}
    </Page>
  );
}

function Loaded({ project, report }: { readonly project: string; readonly report: EvalReportDetails }) {
  const { id, suite, suiteVersion, flag, variant, at, source, itemCount, scorers, items } = report;
  const { baseline } = useSearch({ from: "/inside/projects/$project/evals/$report" });
  return (
    <Page
      title={suiteVersion === null ? suite : `${suite} ${suiteVersion}`}
      lead={
        <span className="break-words">
          <Link
            to="/projects/$project/flags/$flag/variants"
            params={{ project, flag }}
            search={{ variant }}
            className="font-mono underline decoration-line-strong underline-offset-4 hover:text-ink"
          >
            {flag}:{variant}
          </Link>
          , {sayContent(report)}, run <Time at={at} /> by {source}
        </span>
      }
      acts={<BaselineSelect project={project} report={report} />}
    >
      {baseline === undefined ? (
        <Section title="Scores" about={aboutOf(report)}>
          <dl className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-8 gap-y-6">
            {Object.entries(scorers).map(([scorer, summary]) => (
              <div key={scorer} className="min-w-0">
                <dt className="text-small break-words text-quiet">{scorer}</dt>
                <dd>
                  <span className="block text-large tabular-nums">{sayScore(summary.mean)}</span>
                  <span className="block text-small text-quiet">{sayScored(summary, itemCount)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      ) : (
        <Comparison project={project} baseline={baseline} candidate={id} />
      )}
      <Section title="Items" about="What could not be run or failed comes first.">
        <ItemList items={items} />
      </Section>
      <Section title="Content" about="The hash of the value that was run: what publishing asks for where evals are required.">
        <Copyable text={report.configHash} what="the hash" />
      </Section>
    </Page>
  );
}

/** "Answered by m. Judged by j. It cost $0.0012." */
function aboutOf({ model, judge, costMicroUsd }: EvalReportDetails): string {
  const cost = sayCost(costMicroUsd);
  return [
    ...(model === null ? [] : [`Answered by ${model}.`]),
    ...(judge === null ? [] : [`Judged by ${judge.model}.`]),
    ...(cost === undefined ? [] : [`It cost ${cost}.`]),
  ].join(" ");
}

const NONE = "";

/** The other reports of the suite, to hold this one against. */
function BaselineSelect({ project, report }: { readonly project: string; readonly report: EvalReportDetails }) {
  const { baseline = NONE } = useSearch({ from: "/inside/projects/$project/evals/$report" });
  const navigate = useNavigate({ from: "/projects/$project/evals/$report" });
  const { data = [] } = useQuery(reportsQuery(project, { suite: report.suite }));
  const others = data.filter(({ id, suiteVersion }) => id !== report.id && suiteVersion === report.suiteVersion);
  const isListed = baseline === NONE || others.some(({ id }) => id === baseline);
  if (others.length === 0 && isListed) return null;
  return (
    <CompactSelect
      label="Compare with"
      className="w-72"
      value={baseline}
      choices={[
        { value: NONE, label: "Compare with…" },
        ...(isListed ? [] : [{ value: baseline, label: baseline }]),
        ...others.map((one) => ({
          value: one.id,
          label: `${one.flag}:${one.variant}, ${sayContent(one)}, ${new Date(one.at).toLocaleString()}`,
        })),
      ]}
      onChange={({ target }) => void navigate({ search: target.value === NONE ? {} : { baseline: target.value } })}
    />
  );
}
