/** The eval reports of a project, newest first, of one flag or suite or of all, and who judges what people get. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { EvalReportView } from "@dimmer/protocol";
import { Judges } from "../judges/judges.tsx";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { REPORTS_SHOWN, reportsQuery } from "./eval-queries.ts";
import { RunDialog } from "./run-dialog.tsx";
import { RunList } from "./run-list.tsx";
import { sayContent, sayScore } from "./say-eval.ts";

const ALL = "";
/** Of the dialog: no variant in particular. */
const ANY = "any";
/** Of one report in the list. */
const SCORERS_SHOWN = 4;

export function EvalsPage() {
  const { project } = usePlace();
  const { flag, suite, run } = useSearch({ from: "/inside/projects/$project/evals" });
  const navigate = useNavigate({ from: "/projects/$project/evals" });
  const everything = useQuery(reportsQuery(project.key, {}));
  const reports = useQuery(reportsQuery(project.key, { flag, suite }));
  const known = everything.data ?? [];
  const ask = (variant: string | undefined) =>
    void navigate({ search: ({ run: _run, ...kept }) => ({ ...kept, ...(variant === undefined ? {} : { run: variant }) }) });
  const choose = (search: { readonly flag?: string | undefined; readonly suite?: string | undefined }) =>
    void navigate({
      search: { ...(search.flag ? { flag: search.flag } : {}), ...(search.suite ? { suite: search.suite } : {}) },
    });
  return (
    <Page
      title="Evals"
      lead="What drafts and versions scored before people got them, and what answers score since."
      acts={
        <>
          {known.length > 0 && (
            <>
              <CompactSelect
                label="Flag"
                className="w-44"
                value={flag ?? ALL}
                choices={choicesOf(
                  "All flags",
                  known.map((report) => report.flag),
                  flag,
                )}
                onChange={({ target }) => choose({ flag: target.value, suite })}
              />
              <CompactSelect
                label="Suite"
                className="w-44"
                value={suite ?? ALL}
                choices={choicesOf(
                  "All suites",
                  known.map((report) => report.suite),
                  suite,
                )}
                onChange={({ target }) => choose({ flag, suite: target.value })}
              />
            </>
          )}
          <Button look="primary" onClick={() => ask(ANY)}>
            Run a suite
          </Button>
        </>
      }
    >
      {run !== undefined && <RunDialog flag={flag} suite={suite} variant={run} onClose={() => ask(undefined)} />}
      <RunList project={project.key} />
      {reports.isError && <Problem error={reports.error} onRetry={() => void reports.refetch()} />}
      {reports.isPending && <Waiting />}
      {reports.data?.length === 0 && <NoReport isFiltered={flag !== undefined || suite !== undefined} />}
      {reports.data !== undefined && reports.data.length > 0 && (
        <>
          <ul className="border-t border-line">
            {reports.data.map((report) => (
              <ReportRow key={report.id} project={project.key} report={report} />
            ))}
          </ul>
          {reports.data.length === REPORTS_SHOWN && (
            <p className="text-small text-quiet">The newest {REPORTS_SHOWN} are shown; `dimmer evals list` has the others.</p>
          )}
        </>
      )}
      <Judges />
    </Page>
  );
}

function choicesOf(all: string, names: readonly string[], chosen: string | undefined) {
  const distinct = [...new Set([...names, ...(chosen === undefined ? [] : [chosen])])].sort();
  return [{ value: ALL, label: all }, ...distinct.map((name) => ({ value: name, label: name }))];
}

function NoReport({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <Empty title={isFiltered ? "None like that" : "No report yet"}>
      <div className="flex flex-col gap-3">
        <p>
          A suite asks a draft or a version on many items and scores the answers. Run one here or from the command line, or push
          what promptfoo or another tool found; it is tied to the very content that was run.
        </p>
        <Copyable text="npx dimmer evals run suite.yaml --flag <flag> --variant <variant>" what="the command" />
        <p>An environment can require a fresh pass before it serves a value.</p>
      </div>
    </Empty>
  );
}

function ReportRow({ project, report }: { readonly project: string; readonly report: EvalReportView }) {
  const { id, suite, suiteVersion, flag, variant, at, source, itemCount, errorCount, scorers } = report;
  const shown = Object.entries(scorers).slice(0, SCORERS_SHOWN);
  const more = Object.keys(scorers).length - shown.length;
  return (
    <li className="border-b border-line">
      <Link
        to="/projects/$project/evals/$report"
        params={{ project, report: id }}
        className="flex min-h-16 flex-wrap items-center gap-x-6 gap-y-2 py-3 hover:bg-surface"
      >
        <span className="min-w-0 flex-1 basis-64">
          <span className="block font-semibold break-words">
            {suite}
            {suiteVersion !== null && <span className="font-normal text-quiet"> {suiteVersion}</span>}
          </span>
          <span className="block text-small break-words text-quiet">
            <span className="font-mono">
              {flag}:{variant}
            </span>
            , {sayContent(report)} · {itemCount === 1 ? "1 item" : `${itemCount} items`} · <Time at={at} /> by {source}
          </span>
        </span>
        <span className="flex flex-wrap items-center gap-x-5 gap-y-1">
          {errorCount > 0 && <Tag look="danger">{errorCount === 1 ? "1 error" : `${errorCount} errors`}</Tag>}
          {shown.map(([scorer, { mean }]) => (
            <span key={scorer} className="max-w-40 min-w-0">
              <span className="block truncate text-small text-quiet" title={scorer}>
                {scorer}
              </span>
              <span className="block tabular-nums">{sayScore(mean)}</span>
            </span>
          ))}
          {more > 0 && <span className="text-small text-quiet">and {more} more</span>}
        </span>
      </Link>
    </li>
  );
}
