/** All changes of a flag, of everybody or of one. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Problem, Section, Waiting } from "../ui/page.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { historyQuery } from "./flag-queries.ts";
import { ChangeRow } from "./history.tsx";

/** Changes that are read at first, and with each press on "Earlier ones". */
const STEP = 30;

const route = getRouteApi("/inside/projects/$project/flags/$flag/history");

export function HistoryTab() {
  const { project, flag } = useFlagPlace();
  const { by } = route.useSearch();
  const navigate = route.useNavigate();
  const [limit, setLimit] = useState(STEP);
  const history = useQuery(historyQuery(project.key, flag.key, limit));
  if (history.isError) return <Problem error={history.error} onRetry={() => void history.refetch()} />;
  if (history.data === undefined) return <Waiting />;
  const people = [...new Set([...history.data.map(({ actor }) => actor.name), ...(by === undefined ? [] : [by])])].sort();
  const shown = history.data.filter(({ actor }) => by === undefined || actor.name === by);
  return (
    <Section
      title="History"
      acts={
        <CompactSelect
          label="Whose changes"
          value={by ?? ""}
          choices={[{ value: "", label: "Everybody" }, ...people.map((name) => ({ value: name, label: name }))]}
          onChange={({ target }) => void navigate({ search: target.value === "" ? {} : { by: target.value }, replace: true })}
        />
      }
    >
      {shown.length === 0 && (
        <p className="text-quiet">
          Nothing by {by} among the last {history.data.length} changes.
        </p>
      )}
      <ol className="flex flex-col">
        {shown.map((change) => (
          <ChangeRow key={change.id} project={project.key} change={change} />
        ))}
      </ol>
      {history.data.length >= limit && (
        <Button className="self-start" isBusy={history.isPlaceholderData} onClick={() => setLimit(limit + STEP)}>
          Earlier ones
        </Button>
      )}
    </Section>
  );
}
