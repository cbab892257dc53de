/** Which model served a request, and why: by the id of its run, or by whom it was for. */

import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type FormEvent, useId } from "react";
import { RANGES, USUAL_HOURS } from "../metrics/ranges.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Snippet } from "../ui/copyable.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { OneRun } from "./one-run.tsx";
import { groupRuns } from "./read-run.ts";
import { EVENTS, flagEventsQuery, personEventsQuery, runQuery } from "./run-queries.ts";
import { RunList } from "./run-list.tsx";
import { personIn, personLink } from "./person-link.ts";

const FROM = "/inside/projects/$project/runs";

export function RunsPage() {
  const { environment } = useEnvironmentPlace();
  const { run, flag } = useSearch({ from: FROM });
  const person = personIn(useLocation({ select: ({ hash }) => hash }));
  return (
    <Page title="Runs" lead={`Which model served a request in ${environment.name}, and why.`}>
      <Finder run={run} person={person} />
      {run !== undefined ? (
        <ByRun run={run} />
      ) : person !== undefined ? (
        <ByPerson person={person} />
      ) : flag !== undefined ? (
        <ByFlag flag={flag} />
      ) : (
        <Teach />
      )}
    </Page>
  );
}

const FIELD =
  "h-9 w-full min-w-0 rounded-control border border-line bg-surface px-3 font-mono text-small transition-colors duration-150 placeholder:font-sans placeholder:text-faint hover:border-line-strong";

function Finder({ run, person }: { readonly run: string | undefined; readonly person: string | undefined }) {
  const { hours = USUAL_HOURS } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$project/runs" });
  const [runId, personId] = [useId(), useId()];
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { run: asked = "", person: whom = "", hours: back = "" } = fieldsOf(event.currentTarget);
    const isRun = asked.trim() !== "" && asked.trim() !== run;
    const hoursBack = Number(back) === USUAL_HOURS ? undefined : Number(back);
    void navigate({
      search: (before) => ({
        ...before,
        flag: undefined,
        run: isRun || whom === "" ? asked.trim() || undefined : undefined,
        hours: hoursBack,
      }),
      hash: isRun || whom === "" ? "" : personLink(whom),
    });
  };
  return (
    // What was found is another question: the fields begin anew with it.
    <form
      key={`${run ?? ""} ${person ?? ""} ${hours}`}
      onSubmit={find}
      role="search"
      className="grid items-end gap-x-3 gap-y-3 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)_auto_auto]"
    >
      <div className="flex flex-col gap-1">
        <label htmlFor={runId} className="text-small font-semibold">
          Run id
        </label>
        <input
          id={runId}
          name="run"
          defaultValue={run}
          placeholder="run.id of the app"
          spellCheck={false}
          autoComplete="off"
          className={FIELD}
        />
      </div>
      <span className="pb-2 text-small text-quiet max-sm:hidden">or</span>
      <div className="flex flex-col gap-1">
        <label htmlFor={personId} className="text-small font-semibold">
          Targeting key
        </label>
        <input
          id={personId}
          name="person"
          defaultValue={person}
          placeholder="Whom it was for"
          spellCheck={false}
          autoComplete="off"
          className={FIELD}
        />
      </div>
      <CompactSelect
        label="How far back"
        name="hours"
        defaultValue={String(hours)}
        choices={RANGES.map(({ hours: back, label }) => ({ value: String(back), label: `${label} back` }))}
      />
      <Button look="primary" type="submit" icon={<Search size={16} />}>
        Find
      </Button>
    </form>
  );
}

function ByRun({ run }: { readonly run: string }) {
  const { project, environment } = useEnvironmentPlace();
  const events = useQuery(runQuery(project.key, environment.key, run));
  if (events.isError) return <Problem error={events.error} onRetry={() => void events.refetch()} />;
  if (events.data === undefined) return <Waiting rows={5} />;
  if (events.data.length === 0) {
    return (
      <Empty title={`Nothing is known of run ${run}`}>
        <p>
          It may have run in another environment than {environment.name}; choose that one above. What is told is kept for 90 days,
          and shows a second or two after it was told. An id is whole or not at all: no part of one is looked for.
        </p>
      </Empty>
    );
  }
  return <OneRun run={run} events={events.data} />;
}

function ByPerson({ person }: { readonly person: string }) {
  const { project, environment } = useEnvironmentPlace();
  const { hours = USUAL_HOURS } = useSearch({ from: FROM });
  const events = useQuery(personEventsQuery(project.key, environment.key, person, hours));
  if (events.isError) return <Problem error={events.error} onRetry={() => void events.refetch()} />;
  if (events.data === undefined) return <Waiting rows={5} />;
  const runs = groupRuns(events.data);
  if (runs.length === 0) {
    return person.startsWith("erased:") ? (
      <Empty title="Somebody who was erased">
        <p>
          This is what history says in place of a person who was erased. Nothing leads from it to anybody, and no run is found by
          it.
        </p>
      </Empty>
    ) : (
      <Empty title={`No run of ${person} in that time`}>
        <p>
          It is looked for exactly as the app sends it: an app that hashes its keys needs the hash here. Look further back, or in
          another environment than {environment.name}.
        </p>
      </Empty>
    );
  }
  return <RunList runs={runs} title={`Runs of ${person}`} isCut={events.data.length === EVENTS} />;
}

function ByFlag({ flag }: { readonly flag: string }) {
  const { project, environment } = useEnvironmentPlace();
  const { hours = USUAL_HOURS } = useSearch({ from: FROM });
  const events = useQuery(flagEventsQuery(project.key, environment.key, flag, hours));
  if (events.isError) return <Problem error={events.error} onRetry={() => void events.refetch()} />;
  if (events.data === undefined) return <Waiting rows={5} />;
  const runs = groupRuns(events.data);
  if (runs.length === 0) {
    return (
      <Empty title={`No run of ${flag} in that time`}>
        <p>Nothing was told of it in {environment.name}, or what was told names no run.</p>
      </Empty>
    );
  }
  return <RunList runs={runs} title={`Runs of ${flag}`} isCut={events.data.length === EVENTS} />;
}

const EXAMPLE = `const run = await config.run(messages(anthropic));
log.info({ run: run.id }, "answered");`;

function Teach() {
  return (
    <Empty title="From a complaint to its cause">
      <div className="flex flex-col gap-4">
        <p>
          Each use of an AI config is a run, with an id that the app has as <code className="font-mono text-small">run.id</code>.
          Write it to your log and beside the answer, and it leads here: what the flag gave and why, each model that was asked,
          what it cost, what people said.
        </p>
        <Snippet text={EXAMPLE} what="how an app logs its runs" />
        <p>Without an id, look for the targeting key of whoever complains.</p>
      </div>
    </Empty>
  );
}
