/** Everything that was changed in the project: who, why, what exactly, and the way back. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type Actor } from "@dimmer/protocol";
import { ChangeRow } from "../flags/history.tsx";
import { summariesQuery } from "../flags/flag-queries.ts";
import type { ActivityFilter } from "../routes.tsx";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { changesQuery } from "./activity-queries.ts";

export function ActivityPage() {
  const { project, environment } = useEnvironmentPlace();
  const { flag, where, who } = useSearch({ from: "/inside/projects/$project/activity" });
  const navigate = useNavigate({ from: "/projects/$project/activity" });
  const changes = useInfiniteQuery(changesQuery(project.key, { environment: where, flag }));
  const { data: flags = [] } = useQuery(summariesQuery(project.key, environment.key));
  const loaded = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = who === undefined ? loaded : loaded.filter(({ actor }) => actor.id === who);
  const set = (search: ActivityFilter) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true, resetScroll: false });
  return (
    <Page title="Activity" lead={`Everything that was changed in ${project.name}, newest first.`}>
      <div role="search" className="flex flex-wrap items-center gap-2">
        <CompactSelect
          label="Environment"
          value={where ?? ""}
          onChange={({ target }) => set({ where: orNone(target.value) })}
          choices={[
            { value: "", label: "Any environment" },
            ...project.environments.map(({ key, name }) => ({ value: key, label: name })),
          ]}
        />
        <CompactSelect
          label="Flag"
          value={flag ?? ""}
          onChange={({ target }) => set({ flag: orNone(target.value) })}
          choices={[
            { value: "", label: "Any flag" },
            ...withChosen(
              flags.map(({ key }) => key),
              flag,
            ),
          ]}
        />
        <CompactSelect
          label="By whom"
          value={who ?? ""}
          onChange={({ target }) => set({ who: orNone(target.value) })}
          choices={[
            { value: "", label: "By anybody" },
            ...peopleOf(
              loaded.map(({ actor }) => actor),
              who,
            ),
          ]}
        />
        <p role="status" className="figures text-small text-quiet">
          {changes.isSuccess && sayCount(shown.length, loaded.length, changes.hasNextPage)}
        </p>
      </div>
      {changes.isError && <Problem error={changes.error} onRetry={() => void changes.refetch()} />}
      {changes.isPending && <Waiting rows={8} />}
      {changes.isSuccess && loaded.length === 0 && (
        <Empty
          title={flag === undefined && where === undefined ? "Nothing was changed yet" : "Nothing like that was changed"}
          act={
            <ButtonLink to="/projects/$project/flags" params={{ project: project.key }}>
              To the flags
            </ButtonLink>
          }
        >
          Each edit stands here with its author, its reason and its exact difference, wherever it came in: here, the command line,
          a file, a schedule. One press takes it back.
        </Empty>
      )}
      <ol className="-mt-4 flex flex-col">
        {shown.map((change) => (
          <ChangeRow key={change.id} project={project.key} change={change} />
        ))}
      </ol>
      {changes.hasNextPage && (
        <div>
          <Button isBusy={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
            Show older changes
          </Button>
        </div>
      )}
    </Page>
  );
}

const orNone = (value: string): string | undefined => (value === "" ? undefined : value);

const sayCount = (shown: number, loaded: number, hasMore: boolean): string => {
  const changes = `${loaded.toLocaleString("en")} ${loaded === 1 ? "change" : "changes"}`;
  const from = hasMore ? `the newest ${changes}` : changes;
  return shown === loaded ? from : `${shown.toLocaleString("en")} of ${from}`;
};

/** What the address names stays to be seen, where it is not there any more, too. */
const withChosen = (keys: readonly string[], chosen: string | undefined) =>
  (chosen === undefined || keys.includes(chosen) ? keys : [...keys, chosen]).map((key) => ({ value: key, label: key }));

function peopleOf(actors: readonly Actor[], chosen: string | undefined) {
  const names = new Map(actors.map(({ id, name }) => [id, name]));
  if (chosen !== undefined && !names.has(chosen)) names.set(chosen, chosen);
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => (a.label < b.label ? -1 : 1));
}
